"""The dashboard, pressed once. Runs in a machine, in fleet's folder: starts the dashboard, presses Resume for api when
it listens, and ends it. Says nothing of an answer that did not come: the dashboard may have been killed."""

import http.client
import subprocess
import sys
import time

ADDRESS = "127.0.0.1", 8080


def answer(dashboard: subprocess.Popen[bytes]) -> None:
    while dashboard.poll() is None:
        page = http.client.HTTPConnection(*ADDRESS)
        try:
            page.request("POST", "/sessions/api/resume")
            page.getresponse().read()
        except ConnectionRefusedError:
            time.sleep(0.01)  # nobody outside is told that it listens now
        except (ConnectionError, http.client.HTTPException):
            return
        else:
            return


def main() -> None:
    dashboard = subprocess.Popen([sys.executable, "dashboard.py"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    answer(dashboard)
    dashboard.kill()
    dashboard.wait()


if __name__ == "__main__":
    main()

"""URLs of a holdfast.toml: they lead into the machine, which has nothing but its own loopback."""

from urllib.parse import urlsplit

from holdfast.config.table import Table

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_HOSTS = ("127.0.0.1", "localhost")


def local_url(table: Table, key: str, allowed: tuple[str, ...] = ()) -> str:
    """A URL, with of placeholders only those `allowed`."""
    url = table.filled(key, allowed)
    _check(table, key, url)
    return url


def request(table: Table, key: str, allowed: tuple[str, ...] = ()) -> tuple[str, str]:
    """Method and URL of a request such as "POST http://127.0.0.1:8080/x"."""
    text = table.filled(key, allowed)
    method, _, url = text.partition(" ")
    if not url or method not in _METHODS:
        why = f"a request is a method ({', '.join(_METHODS)}), a space and a URL"
        raise table.refuse(key, f"{text!r} is no request", why, 'Write it as in "POST http://127.0.0.1:8080/resume"')
    _check(table, key, url)
    return method, url


def _check(table: Table, key: str, url: str) -> None:
    mistake = _mistake(url)
    if mistake is not None:
        raise table.refuse(key, f"{url!r} can't be used", mistake, "Correct the URL")


def _mistake(url: str) -> str | None:
    """Why `url` can't be used, or None if it can."""
    if " " in url or not url.isprintable():
        return "a URL has neither spaces nor control characters"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        return f"it can't be parsed ({error})"
    if parts.scheme != "http":
        return "it must begin with http://, as nothing in the machine has a certificate"
    if parts.netloc not in _HOSTS and parts.netloc.rpartition(":")[0] not in _HOSTS:
        return f"its host must be {' or '.join(_HOSTS)}, as the machine has nothing but its own loopback"
    return "nothing can listen on port 0" if port == 0 else None

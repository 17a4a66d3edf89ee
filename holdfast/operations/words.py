"""What is said that nobody said before: words to plant, and challenges."""

import secrets


def new_word() -> str:
    return "w" + secrets.token_hex(5)


def new_challenge() -> str:
    return str(secrets.randbelow(10**9))

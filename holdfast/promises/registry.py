"""The promises by name: an extension point."""

from holdfast.promises import (
    charges,
    clean,
    continues,
    equipped,
    fresh,
    loud,
    mapped,
    prompt,
    single,
    survives,
)
from holdfast.promises.definition import Promise

ORDER = ("survives", "mapped", "continues", "single", "loud", "prompt", "equipped", "fresh", "clean")
"""A role is charged with the first of these that is broken; what comes after follows from it. Others come last."""


class PromiseError(ValueError):
    """A promise that isn't known, or a name that is taken: what, and which names there are."""


_known: dict[str, Promise] = {}


def register(promise: Promise) -> Promise:
    """Make `promise` known by its name. PromiseError if the name is taken."""
    if promise.name in _known:
        raise PromiseError(
            f"there is a promise called {promise.name!r} already: each is known by its name. Choose another"
        )
    _known[promise.name] = promise
    return promise


def promise(name: str) -> Promise:
    """The promise called `name`. PromiseError, with the names that there are, if none is."""
    try:
        return _known[name]
    except KeyError:
        raise PromiseError(f"no promise is called {name!r}; there are: {', '.join(names())}") from None


def names() -> tuple[str, ...]:
    """The names of all promises, in the order in which a role is charged."""
    return tuple(sorted(_known, key=rank))


def rank(name: str) -> tuple[int, str]:
    """What to sort by for that order."""
    return (ORDER.index(name) if name in ORDER else len(ORDER), name)


register(Promise("survives", survives.MEANING, survives.check, charges.of_survival))
register(Promise("mapped", mapped.MEANING, mapped.check))
register(Promise("continues", continues.MEANING, continues.check))
register(Promise("single", single.MEANING, single.check))
register(Promise("loud", loud.MEANING, loud.check))
register(Promise("prompt", prompt.MEANING, prompt.check))
register(Promise("equipped", equipped.MEANING, equipped.check))
register(Promise("fresh", fresh.MEANING, fresh.check, charges.of_launcher))
register(Promise("clean", clean.MEANING, clean.check, charges.of_launcher))

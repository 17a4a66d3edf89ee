"""What the tests of quality share: a bench of real cells."""

from collections.abc import Iterator

import pytest

from holdfast.machines import Holder, open_holder


@pytest.fixture(scope="module")
def holder() -> Iterator[Holder]:
    with open_holder() as opened:
        yield opened

"""One item a cell of the planned matrix."""

import pytest

from holdfast.plugin import Cells
from holdfast.run.session import Item


def test_cell(holdfast_run: Cells, holdfast_cell: Item | str, request: pytest.FixtureRequest) -> None:
    holdfast_run.hold(holdfast_cell, request.node)

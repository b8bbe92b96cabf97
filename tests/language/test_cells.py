"""What stands in a cell of CSV runs in no spreadsheet, and is read again as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.language.cells import bare, harmless


@pytest.mark.parametrize("text", ["=1", "+1", "-1+2", "-x", "@x", "\tx", "\rx", "''x", "'=x", "-1\n"])
def test_formulas_get_an_apostrophe(text):
    assert harmless(text) == "'" + text and harmless("x" + text) == "x" + text


@pytest.mark.parametrize("text", ["-1", "-1.5", "-1,5", "-2e-3", "", "visit", "1", "'t Hooft", "'"])
def test_numbers_and_plain_texts_stay_as_they_are(text):
    assert harmless(text) == text


@given(st.text("=+-@\t\r'a1"))
def test_nothing_is_lost(text):
    assert bare(harmless(text)) == text
    assert not harmless(text).startswith(("=", "+", "@", "\t", "\r"))

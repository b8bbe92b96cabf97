from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from parcours.accounts.models import User
from parcours.accounts.passwords import LEAST, MOST, HardToGuess

judge = HardToGuess().validate


@pytest.mark.parametrize("password", ["éléphant vélo nuage cactus", "x9$Qv!72pLm#zR", "日本語のとても長い合言葉です"])
def test_a_password_of_any_letters_is_taken_when_it_is_hard_to_guess(password: str) -> None:
    judge(password)


def test_a_password_of_256_characters_is_taken_and_a_longer_one_is_not() -> None:
    judge("x9$Qv!72pLm#zR" + "a" * (MOST - 14))
    with pytest.raises(ValidationError, match="at most 256"):
        judge("x9$Qv!72pLm#zR" + "a" * MOST)


def test_a_short_password_is_refused_with_the_least_length() -> None:
    with pytest.raises(ValidationError, match=f"at least {LEAST}"):
        judge("x9$Qv!72pLm")


@pytest.mark.parametrize("password", ["password1234", "azertyuiop12", "aaaaaaaaaaaa", "123456789012", "iloveyou1234"])
def test_what_everybody_takes_is_refused(password: str) -> None:
    with pytest.raises(ValidationError, match="easy to guess"):
        judge(password)


@pytest.mark.parametrize("password", ["alice.martin@example.com", "parcours2024", "parcours1234"])
def test_ones_own_address_and_the_name_of_the_product_are_no_password(password: str) -> None:
    with pytest.raises(ValidationError, match="easy to guess"):
        judge(password, User(email="alice.martin@example.com", name="Alice Martin"))

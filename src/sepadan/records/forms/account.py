"""Forms of one's own account: sign in, choose a password, second factor, name and language."""

from __future__ import annotations

from sepadan.records.forms import words
from sepadan.records.forms.words import WordedForm
from sepadan.records.names import Language


class SignInForm(WordedForm):
    email = words.email("records.sign_in.email", autocomplete="username")
    password = words.password("records.sign_in.password", autocomplete="current-password")


class CodeForm(WordedForm):
    code = words.code("records.factor.code_or_recovery")


class FirstCodeForm(WordedForm):
    code = words.code("records.factor.code")


class ChoosePasswordForm(WordedForm):
    password = words.password("records.password.new", autocomplete="new-password", hint="records.password.hint")


class ChangePasswordForm(WordedForm):
    old = words.password("records.password.old", autocomplete="current-password")
    password = words.password("records.password.new", autocomplete="new-password", hint="records.password.hint")


class AccountForm(WordedForm):
    name = words.text("records.account.name", autocomplete="name")
    phone = words.text("records.account.phone", most=20, required=False, autocomplete="tel", inputmode="tel")
    language = words.choice("records.account.language", [
        (lang.value, words.say(f"records.account.language.{lang.value}")) for lang in Language])

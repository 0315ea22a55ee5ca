"""What a password must be: long, not known to everybody, not the person's own name or address.

Length is what counts; there is no rule about capitals, digits or signs, and no forced change after some months (both
make people write passwords down; NIST SP 800-63B, 5.1.1.2). ``common`` is the caller's list of known passwords, lower
case.
"""

from __future__ import annotations

from collections.abc import Container, Iterable

from sepadan.ground.problems import Problem, problem

LEAST = 12
MOST = 200


def faults_of_password(password: str, *, about: Iterable[str], common: Container[str]) -> list[Problem]:
    """All that is wrong with *password*, in the order in which a person would mend it. *about*: name, address."""
    plain = password.lower().strip()
    faults = []
    if len(password) < LEAST:
        faults.append(problem("records.password.too_short", remedy="records.password.too_short.remedy",
                              length=len(password), least=LEAST))
    if len(password) > MOST:
        faults.append(problem("records.password.too_long", length=len(password), most=MOST))
    if plain and plain.isdigit():
        faults.append(problem("records.password.only_digits", remedy="records.password.phrase"))
    elif len(set(plain)) < 5 and len(password) >= LEAST:
        faults.append(problem("records.password.few_signs", remedy="records.password.phrase"))
    if plain in common:
        faults.append(problem("records.password.common", remedy="records.password.phrase"))
    own = {part for text in about for part in _parts(text) if len(part) >= 4}
    found = sorted(part for part in own if part in plain and len(plain) - len(part) < 8)
    if found:
        faults.append(problem("records.password.personal", remedy="records.password.phrase", part=found[0]))
    return faults


def _parts(text: str) -> list[str]:
    lowered = text.lower()
    for sign in "@.-_+":
        lowered = lowered.replace(sign, " ")
    return lowered.split()

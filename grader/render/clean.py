"""Text that a learner's program made, made harmless: control characters are shown, not obeyed."""

import unicodedata

_ODD = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Unicode categories that move the cursor, change the direction, or cannot be shown."""


def clean(text: str, limit: int = 2000) -> str:
    r"""`text` on one line, without anything that a terminal, a log or XML would act on; what was odd is written as an escape.

    >>> clean("red: \x1b[31m")
    'red: \\x1b[31m'
    """
    shown = text[:limit].replace("\t", "    ")
    safe = "".join(_escape(char) if unicodedata.category(char) in _ODD else char for char in shown)
    return safe + ("..." if len(text) > limit else "")


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")

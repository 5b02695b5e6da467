"""How does a secret stay out of logs, answers and files?"""

from typing import Any, NoReturn, Self

__all__ = ("HIDDEN", "Password")

HIDDEN = "[hidden]"
"""What is shown in place of a secret."""


class Password:
    """A string that never shows itself; `value` reveals it.

    `repr`, `str`, `format` and `%s` say `[hidden]`; JSON and pickle encoders refuse it or get `[hidden]`.
    Two of them compare in constant time.
    """

    __slots__ = ("_value",)
    _value: str

    def __init__(self, value: str) -> None:
        if not isinstance(value, str):
            # The value itself stays out of the message: it may be the secret in another type.
            message = f"a Password takes a str, not {type(value).__name__}"
            raise TypeError(message)
        object.__setattr__(self, "_value", value)

    @property
    def value(self) -> str:
        """The secret itself."""
        return self._value

    def __setattr__(self, name: str, value: object) -> NoReturn:
        message = f"a Password cannot be changed: {name}"
        raise AttributeError(message)

    def __repr__(self) -> str:
        return HIDDEN

    def __str__(self) -> str:
        return HIDDEN

    def __format__(self, format_spec: str) -> str:
        return format(HIDDEN, format_spec)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Password):
            return NotImplemented
        from hmac import compare_digest

        return compare_digest(
            self._value.encode("utf-8", "surrogatepass"), other._value.encode("utf-8", "surrogatepass")
        )

    def __hash__(self) -> int:
        return hash((Password, self._value))

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        message = "a Password is not pickled; store it by other means, or pickle its value knowingly"
        raise TypeError(message)

    def __getstate__(self) -> NoReturn:
        self.__reduce_ex__(None)

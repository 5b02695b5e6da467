"""Which message of a schema is in the data?

Between the header and the message stand the places of it: how many numbers follow, then the numbers, each a zigzag
varint. The first message of a file is a single zero.
"""

from connectsdk.errors import DataError

__all__ = ("FIRST", "indexes_at", "indexes_bytes")

FIRST = (0,)

_MOST = 33
_MOST_BYTES = 5


def indexes_bytes(indexes: tuple[int, ...]) -> bytes:
    """Return the bytes that say which message it is."""
    if indexes == FIRST:
        return b"\0"
    return b"".join(_varint(number) for number in (len(indexes), *indexes))


def indexes_at(data: bytes, place: int) -> tuple[tuple[int, ...], int]:
    """Return which message it is, and where it begins.

    Args:
        data: All of the data.
        place: Where the numbers begin.

    Raises:
        DataError: If they are cut off, or cannot be those of a message.
    """
    count, place = _number_at(data, place)
    if count == 0:
        return FIRST, place
    if not 0 < count <= _MOST:
        raise DataError("The data names its message by a number of places that no message has")
    indexes = []
    for _ in range(count):
        index, place = _number_at(data, place)
        indexes.append(index)
    return tuple(indexes), place


def _varint(number: int) -> bytes:
    rest, made = number << 1, bytearray()
    while rest > 0x7F:  # noqa: PLR2004 - seven bits a byte
        made.append(rest & 0x7F | 0x80)
        rest >>= 7
    made.append(rest)
    return bytes(made)


def _number_at(data: bytes, place: int) -> tuple[int, int]:
    number = 0
    for count, byte in enumerate(data[place : place + _MOST_BYTES]):
        number |= (byte & 0x7F) << 7 * count
        if byte < 0x80:  # noqa: PLR2004 - the last of its bytes
            return (number >> 1) ^ -(number & 1), place + count + 1
    raise DataError("The data ends, or makes no sense, before it has said which message it is")

from connectsdk import SourceRecord


def only_even_squared(record: SourceRecord) -> SourceRecord | None:
    if record.value % 2:
        return None  # filtered: counted, and its offset advances
    return record.with_value(None, record.value**2)

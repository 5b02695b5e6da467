"""What became of a record, at which stage?"""

from connectsdk._core.verdict import Stage, Verdict


def test_a_fresh_bytearray_says_that_all_pass():
    assert [Verdict(byte) for byte in bytearray(2)] == [Verdict.PASS, Verdict.PASS]


def test_every_verdict_fits_a_byte():
    assert [Verdict(byte) for byte in bytes(Verdict)] == list(Verdict)


def test_stages_are_named_as_kafka_connects():
    assert {stage.value for stage in Stage} == {
        "TASK_POLL",
        "TASK_PUT",
        "TRANSFORMATION",
        "KEY_CONVERTER",
        "VALUE_CONVERTER",
        "HEADER_CONVERTER",
        "KAFKA_PRODUCE",
        "KAFKA_CONSUME",
    }

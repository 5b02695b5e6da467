"""What does an author test with?

`check_transform`, `check_predicate`, `check_converter` and `check_header_converter` prove with Hypothesis that a plug keeps its
contract; `connectsdk.testing.strategies` draws schemas, values and records.

`connectsdk.testing.transport_suite` proves that a transport keeps the port's promises;
`connectsdk.testing.broker` runs a real Apache Kafka without Docker, and `connectsdk.testing.broker_fixtures` has it
as pytest fixtures. Import what you need from there.
"""

try:
    from connectsdk.testing.checks import (
        CheckFailed,
        check_converter,
        check_header_converter,
        check_predicate,
        check_transform,
        configured,
    )
except ModuleNotFoundError as error:
    if error.name != "hypothesis":
        raise
    message = "connectsdk.testing needs Hypothesis: pip install 'connectsdk[testing]'"
    raise ModuleNotFoundError(message, name="hypothesis") from error

__all__ = (
    "CheckFailed",
    "check_converter",
    "check_header_converter",
    "check_predicate",
    "check_transform",
    "configured",
)

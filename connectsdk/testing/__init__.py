"""What does an author test with?

`connectsdk.testing.strategies` has Hypothesis strategies for schemas, values and records;
`connectsdk.testing.transport_suite` proves that a transport keeps the port's promises;
`connectsdk.testing.broker` runs a real Apache Kafka without Docker, and `connectsdk.testing.broker_fixtures` has it
as pytest fixtures. Import what you need from there: each asks for different packages.
"""

__all__ = ()

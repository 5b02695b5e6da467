"""What does an error of the Kafka client mean to us?"""

import asyncio
import ssl
from typing import Any

from aiokafka import errors as kafka

from connectsdk.errors import (
    AuthenticationError,
    ConfigError,
    ConnectError,
    DataError,
    FencedError,
    RecordTooLargeError,
    TransportError,
    UnknownTopicError,
)

__all__ = ("REFUSED_RECORDS", "is_transient", "translate")

_DENIED = (
    kafka.TopicAuthorizationFailedError,
    kafka.GroupAuthorizationFailedError,
    kafka.ClusterAuthorizationFailedError,
    kafka.TransactionalIdAuthorizationFailed,
    kafka.DelegationTokenAuthorizationFailed,
    kafka.SaslAuthenticationFailed,
    kafka.AuthenticationFailedError,
    kafka.AuthenticationMethodNotSupported,
    kafka.UnsupportedSaslMechanismError,
    kafka.IllegalSaslStateError,
)
_FENCED = (
    kafka.ProducerFenced,
    kafka.InvalidProducerEpoch,
    kafka.CommitFailedError,
    kafka.IllegalGenerationError,
    kafka.UnknownMemberIdError,
)
_INVALID = (
    kafka.InvalidTopicError,
    kafka.InvalidConfigurationError,
    kafka.InvalidReplicationFactorError,
    kafka.InvalidPartitionsError,
    kafka.PolicyViolationError,
)
REFUSED_RECORDS = (kafka.MessageSizeTooLargeError, kafka.RecordListTooLargeError)
"""What a broker answers when it has not stored a batch for its records' own sake."""


_RECORD_OR_TOPIC: tuple[tuple[Any, type[ConnectError]], ...] = (
    (REFUSED_RECORDS, RecordTooLargeError),
    (kafka.InvalidTimestampError, DataError),
    (kafka.UnknownTopicOrPartitionError, UnknownTopicError),
)


def translate(error: BaseException, doing: str) -> ConnectError:
    """Return our error for one of the client's; ours come back as they are.

    Args:
        error: What was raised.
        doing: What was being done, for the message: `consumer of group g: cannot commit`.
    """
    if isinstance(error, ConnectError):
        return error
    text = f"{doing}: {_text(error)}"
    if isinstance(error, _DENIED):
        return AuthenticationError(f"{text}; check the credentials, and what they may do")
    if isinstance(error, _FENCED):
        return FencedError(text)
    if isinstance(error, _INVALID):
        return ConfigError(text)
    return _translate_rest(error, text)


def is_transient(error: BaseException) -> bool:
    """Return whether the same request may succeed a moment later."""
    if isinstance(error, kafka.KafkaError):
        return bool(error.retriable) or isinstance(error, kafka.StaleLeaderEpochCodeError)  # 13: network
    return isinstance(error, (OSError, asyncio.TimeoutError))


def _translate_rest(error: BaseException, text: str) -> ConnectError:
    for kinds, ours in _RECORD_OR_TOPIC:
        if isinstance(error, kinds):
            return ours(text)
    if isinstance(error, (kafka.IncompatibleBrokerVersion, kafka.UnsupportedVersionError)):
        return TransportError(f"{text}; this Kafka is too old or too new for the client")
    if isinstance(error, ssl.SSLCertVerificationError):
        return ConfigError(f"{text}; check ssl.truststore.location", key="ssl.truststore.location")
    return TransportError(text)


def _text(error: BaseException) -> str:
    if isinstance(error, TimeoutError) and not str(error):
        return "no answer in time"
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__

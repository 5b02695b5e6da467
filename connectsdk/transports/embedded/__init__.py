"""What messaging system needs no server? One in this process, in memory or in a directory."""

from connectsdk.transports.embedded._transport import EmbeddedTransport

__all__ = ("EmbeddedTransport",)

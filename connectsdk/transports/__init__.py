"""Which messaging systems can be spoken to? One package each, behind `connectsdk.transport`."""

__all__ = ()

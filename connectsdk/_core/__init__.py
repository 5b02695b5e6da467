"""Decisions: no await, no I/O, no clock, no randomness.

`connectsdk.runtime` waits and asks these modules what to do; they never call back.
"""

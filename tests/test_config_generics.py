from collections.abc import Mapping
from typing import Any, Generic, TypeVar

import attrs
import pytest

from connectsdk.config import Config, config_class_of

T = TypeVar("T")


class Task(Generic[Config]):
    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        config_class_of(cls, Task)


class StreamTask(Task[Config]):
    pass


class Turned(StreamTask[Config], Generic[T, Config]):
    pass


class Mixin(Generic[T]):
    pass


@attrs.frozen
class Mine:
    topic: str


@attrs.frozen
class Other:
    topic: str


@attrs.frozen
class Box(Generic[T]):
    content: T


def test_the_argument_is_the_class():
    class It(Task[Mine]):
        pass

    assert It.config_class is Mine


def test_through_another_generic_class():
    class It(StreamTask[Mine]):
        pass

    assert It.config_class is Mine


def test_through_one_with_more_parameters():
    class It(Turned[Other, Mine]):
        pass

    assert It.config_class is Mine


def test_a_type_variable_is_left():
    assert not hasattr(StreamTask, "config_class")
    assert not hasattr(Turned, "config_class")


def test_a_plain_subclass_inherits():
    class Parent(Task[Mine]):
        pass

    class It(Parent):
        pass

    class Mixed(Parent, Mixin[int]):
        pass

    assert It.config_class is Mine
    assert Mixed.config_class is Mine


def test_a_generic_class_that_has_decided():
    class Decided(Task[Mine], Generic[T]):
        pass

    class It(Decided[int]):
        pass

    assert It.config_class is Mine


@pytest.mark.parametrize("argument", [dict, dict[str, str], Mapping, Mapping[str, Any], Any])
def test_raw_properties(argument):
    class It(Task[argument]):
        pass

    assert It.config_class is dict


def test_no_argument_means_raw_properties():
    class It(StreamTask):
        pass

    class Mixed(StreamTask, Mixin[int]):
        pass

    assert It.config_class is dict
    assert Mixed.config_class is dict


def test_a_generic_configuration():
    class It(Task[Box[int]]):
        pass

    assert It.config_class is Box


@pytest.mark.parametrize("argument", [int, "Mine", list[str], int | str])
def test_anything_else_is_refused_with_a_remedy(argument):
    with pytest.raises(
        TypeError, match=r"Task\[\.\.\.\] is .* not an attrs class; decorate it with @attrs.frozen"
    ):

        class It(Task[argument]):
            pass

from collections.abc import Collection, Iterable, Sequence, Set as AbstractSet
from enum import Enum, IntEnum
from typing import Annotated, Any, Literal, Optional

import attrs
import pytest

from connectsdk.config import (
    REQUIRED,
    ConfigKey,
    ConfigType,
    Importance,
    NullOr,
    Password,
    Range,
    Recommender,
    ValidString,
    Width,
    config,
    definition,
    embed,
    option,
    parse,
    to_table,
)
from connectsdk.errors import ConfigError


class Mode(Enum):
    COPY = "copy"
    MOVE = "move"


class Level(IntEnum):
    LOW = 1
    HIGH = 2


class Base:
    pass


class Derived(Base):
    pass


CLASSES = {"Derived": Derived, "int": int}


def typed(annotation: Any, **said: Any) -> type[Any]:
    """Return a configuration with one field."""
    body = {"__annotations__": {"field": annotation}, "field": option(**said), "__module__": __name__}
    return attrs.frozen(type("Made", (), body))


@pytest.mark.parametrize(
    ("annotation", "kind", "raw", "value"),
    [
        (bool, ConfigType.BOOLEAN, "true", True),
        (int, ConfigType.INT, "5", 5),
        (float, ConfigType.DOUBLE, "5", 5.0),
        (str, ConfigType.STRING, "x", "x"),
        ("str", ConfigType.STRING, "x", "x"),
        (Annotated[str, "note"], ConfigType.STRING, "x", "x"),
        (Password, ConfigType.PASSWORD, "x", Password("x")),
        (Password | None, ConfigType.PASSWORD, "x", Password("x")),
        (Optional[int], ConfigType.INT, "5", 5),  # noqa: UP045 - authors write it
        (Optional[int], ConfigType.INT, None, None),  # noqa: UP045 - authors write it
        (list[str], ConfigType.LIST, "a,b", ["a", "b"]),
        (list, ConfigType.LIST, "a,b", ["a", "b"]),
        (tuple, ConfigType.LIST, "a,b", ("a", "b")),
        (tuple[str, ...], ConfigType.LIST, "a,b", ("a", "b")),
        (tuple[str, ...] | None, ConfigType.LIST, "a,b", ("a", "b")),
        (set[str], ConfigType.LIST, "a,b", {"a", "b"}),
        (frozenset[str], ConfigType.LIST, "a,b", frozenset({"a", "b"})),
        (Sequence[str], ConfigType.LIST, "a,b", ("a", "b")),
        (Collection[str], ConfigType.LIST, "a,b", ("a", "b")),
        (Iterable[str], ConfigType.LIST, "a,b", ("a", "b")),
        (AbstractSet[str], ConfigType.LIST, "a,b", frozenset({"a", "b"})),
        (list[int], ConfigType.LIST, "1, 2", [1, 2]),
        (list[int], ConfigType.LIST, [1, 2], [1, 2]),
        (tuple[Mode, ...], ConfigType.LIST, "copy,move", (Mode.COPY, Mode.MOVE)),
        (tuple[Mode, ...], ConfigType.LIST, [Mode.COPY], (Mode.COPY,)),
        (list[Literal[1, 2]], ConfigType.LIST, "1", [1]),
        (Literal["a", "b"], ConfigType.STRING, "b", "b"),
        (Literal["a", None], ConfigType.STRING, None, None),  # noqa: PYI061 - authors write it
        (Literal["a"] | None, ConfigType.STRING, None, None),
        (Literal[1, 2], ConfigType.INT, "2", 2),
        (Mode, ConfigType.STRING, "copy", Mode.COPY),
        (Mode, ConfigType.STRING, Mode.COPY, Mode.COPY),
        (Mode | None, ConfigType.STRING, None, None),
        (Level, ConfigType.STRING, "HIGH", Level.HIGH),
        (Level, ConfigType.STRING, Level.HIGH, Level.HIGH),
        (type, ConfigType.CLASS, "Derived", Derived),
        (type[Base], ConfigType.CLASS, "Derived", Derived),
        (type[Base], ConfigType.CLASS, Derived, Derived),
        (type[Base] | str, ConfigType.CLASS, "Derived", Derived),
        (str | type[Base] | None, ConfigType.CLASS, None, None),
        (type[Any], ConfigType.CLASS, int, int),
        (type[Recommender], ConfigType.CLASS, "int", int),  # a protocol cannot be asked
    ],
)
def test_the_annotation_says_the_type(annotation, kind, raw, value):
    cls = typed(annotation)
    (key,) = definition(cls)
    assert key.type is kind
    assert key.default is REQUIRED
    assert parse(cls, {"field": raw}, CLASSES.__getitem__).field == value


@pytest.mark.parametrize(
    ("annotation", "raw", "problem"),
    [
        (str, None, "Invalid value null for configuration field: Value must be non-null"),
        (Mode, "x", "Invalid value x for configuration field: String must be one of: copy, move"),
        (Level, "1", "Invalid value 1 for configuration field: String must be one of: LOW, HIGH"),
        (Literal["a"], "x", "Invalid value x for configuration field: String must be one of: a"),
        (Literal[1, 2], "3", "Invalid value 3 for configuration field: Value must be one of: 1, 2"),
        (list[int], "1,x", "Invalid value x for configuration field: Not a number of type INT"),
        (list[str], ["a", None], "Invalid value null for configuration field: an element is null"),
        (list[Mode], "copy,x", "Invalid value x for configuration field: String must be one of: copy, move"),
        (list[Literal[1]], "2", "Invalid value 2 for configuration field: Value must be one of: 1"),
        (type[Base], "int", "Invalid value builtins.int for configuration field: The class is not a Base."),
        (
            type[Base] | str,
            int,
            "Invalid value builtins.int for configuration field: The class is not a Base.",
        ),
        (type[Base], "gone", "Invalid value gone for configuration field: Class gone could not be found."),
    ],
)
def test_what_the_annotation_does_not_allow(annotation, raw, problem):
    with pytest.raises(ConfigError) as caught:
        parse(typed(annotation), {"field": raw}, CLASSES.__getitem__)
    assert caught.value.problems == (problem,)


def test_nobody_imports_a_class():
    assert parse(typed(type[Base] | str), {"field": "os.path"}).field == "os.path"
    assert (
        parse(typed(str, type=ConfigType.CLASS), {"field": "Derived"}, CLASSES.__getitem__).field == "Derived"
    )
    with pytest.raises(ConfigError, match=r"Class os\.path could not be found"):
        parse(typed(type[Base]), {"field": "os.path"})


def test_a_class_for_a_field_with_its_name():
    assert parse(typed(str, type=ConfigType.CLASS), {"field": Derived}).field == f"{__name__}.Derived"


def test_a_class_in_a_key_that_is_listed_as_text():
    cls = typed(type[Any] | str, type=ConfigType.STRING)
    assert parse(cls, {"field": Derived}).field is Derived
    assert parse(cls, {"field": " Derived "}, CLASSES.__getitem__).field == "Derived"
    assert definition(cls)[0].type is ConfigType.STRING


@pytest.mark.parametrize(
    ("annotation", "remedy"),
    [
        (dict[str, str], "no configuration type for dict"),
        (int | str, "no configuration type for"),
        (Base, "no configuration type for"),
        (tuple[str, int], r"write tuple\[X, \.\.\.\]"),
        (list[list[str]], "no configuration type for a list of"),
        (list[Password], "no configuration type for a list of"),
        (list[str | None], "no configuration type for a list of"),
        (Literal["a", 1], "no configuration type for Literal"),
        (Literal[b"a"], "no configuration type for Literal"),
        (Any, r"name one with option\(type=ConfigType\.\.\.\)"),
        (None, "no configuration type for None"),
    ],
)
def test_an_annotation_without_a_type(annotation, remedy):
    with pytest.raises(TypeError, match=remedy):
        definition(typed(annotation))


def test_a_type_for_an_annotation_without_one():
    assert parse(typed(Base, type=ConfigType.STRING, convert=lambda _: Derived()), {"field": "x"}).field
    assert parse(typed(Any, type=ConfigType.INT), {"field": "7"}).field == 7


@pytest.mark.parametrize(
    ("annotation", "kind"), [(str, ConfigType.INT), (str, ConfigType.PASSWORD), (int, ConfigType.DOUBLE)]
)
def test_a_type_against_the_annotation(annotation, kind):
    with pytest.raises(TypeError, match=f"{kind.value} does not fit the annotation"):
        definition(typed(annotation, type=kind))


def test_the_type_of_large_numbers():
    assert definition(typed(int, type=ConfigType.SHORT))[0].type is ConfigType.SHORT
    assert definition(typed(int, default=1 << 31))[0].type is ConfigType.LONG
    assert definition(typed(int, default=(1 << 31) - 1))[0].type is ConfigType.INT


def test_an_annotation_that_cannot_be_resolved():
    with pytest.raises(TypeError, match=r"cannot be resolved .*Nowhere.*; import or define it"):
        definition(typed("Nowhere"))


@attrs.frozen
class Everything:
    _hidden: str = "x"
    class_: str = "x"
    topic_name: str = option(key="topicName", doc="Where to.", display_name="Topic")
    batch_size: int = option(
        2000,
        doc="How many.",
        importance=Importance.HIGH,
        group="Batches",
        order=3,
        width=Width.SHORT,
        dependents=["mode"],
        internal=True,
    )
    mode: Mode = option(Mode.COPY)
    items: list[str] = option(["a"])
    names: set[str] = attrs.field(factory=set)
    limit: int | None = option(None, at_least=1)
    state: int = attrs.field(init=False, default=0)


def test_everything_about_a_key():
    keys = {key.name: key for key in definition(Everything)}
    assert set(keys) == {"hidden", "class", "topicName", "batch.size", "mode", "items", "names", "limit"}
    assert keys["batch.size"] == ConfigKey(
        name="batch.size",
        type=ConfigType.INT,
        default=2000,
        importance=Importance.HIGH,
        documentation="How many.",
        group="Batches",
        order=3,
        width=Width.SHORT,
        dependents=("mode",),
        internal=True,
        nullable=False,
        field="batch_size",
    )
    assert keys["topicName"].required
    assert keys["topicName"].display_name == "Topic"
    assert keys["items"].display_name == "items"
    assert (keys["mode"].default, keys["items"].default, keys["names"].default) == ("copy", ["a"], [])
    assert keys["limit"].validator == NullOr(Range.at_least(1))
    assert not keys["limit"].required


def test_defaults_are_not_shared():
    one, other = (parse(Everything, {"topicName": "x"}) for _ in range(2))
    assert one.items == other.items == ["a"]
    assert one.items is not other.items
    assert one.mode is Mode.COPY


def test_a_default_that_is_computed_from_other_fields():
    @attrs.frozen
    class Computed:
        size: int = 3
        limit: int = attrs.field(default=attrs.Factory(lambda self: self.size * 2, takes_self=True))

    assert parse(Computed, {"size": "5"}).limit == 10
    assert parse(Computed, {"limit": "7"}).limit == 7
    assert {key.name: key.default for key in definition(Computed)} == {"limit": None, "size": 3}


@pytest.mark.parametrize(
    ("annotation", "said", "text"),
    [
        (int, {"at_least": 1}, "[1,...]"),
        (int, {"between": (1, 2)}, "[1,...,2]"),
        (str, {"one_of": ["a", "b"]}, "[a, b]"),
        (list[str], {"one_of": ["a", "b"]}, "[a, b]"),
        (int, {"at_least": 1, "validator": Range.between(0, 9)}, "[1,...], [0,...,9]"),
        (Mode, {"validator": ValidString.in_("copy")}, "[copy, move], [copy]"),
        (str, {}, ""),
    ],
)
def test_what_is_valid(annotation, said, text):
    assert to_table(typed(annotation, **said))[0][3] == text


@pytest.mark.parametrize("said", [{"default": 0, "at_least": 1}, {"default": "x"}])
def test_a_default_has_to_be_valid(said):
    with pytest.raises(ConfigError, match="Made: the default does not fit: Invalid value") as caught:
        definition(typed(int, **said))
    assert caught.value.key == "field"


def test_a_key_is_defined_once():
    @attrs.frozen
    class Twice:
        one: str = option(key="k")
        other: str = option(key="k")

    with pytest.raises(ConfigError, match=r"^Configuration k is defined twice\.$"):
        definition(Twice)


def test_an_option_that_does_not_exist():
    with pytest.raises(TypeError, match="atleast"):
        option(1, atleast=1)  # type: ignore[call-overload]


def test_a_class_that_is_no_attrs_class():
    with pytest.raises(TypeError, match=r"^Base is not an attrs class; decorate it with @attrs\.frozen$"):
        definition(Base)


def test_raw_properties_define_nothing():
    assert definition(dict) == ()


def test_the_order_of_listing():
    keys = [
        ConfigKey(name="later", group="b", default=1),
        ConfigKey(name="first", group="b", order=-2, default=1),
        ConfigKey(name="required", group="b"),
        ConfigKey(name="other group", group="a"),
        ConfigKey(name="low", importance=Importance.LOW),
        ConfigKey(name="b"),
        ConfigKey(name="a"),
        ConfigKey(name="high", importance=Importance.HIGH, default=1),
    ]
    assert [key.name for key in definition(keys)] == [
        "a",
        "b",
        "low",
        "high",
        "first",
        "required",
        "later",
        "other group",
    ]


class Recommends:
    def valid_values(self, key, values):
        return [key, *sorted(values)]

    def visible(self, key, values):
        return key == "mode"


def test_a_definition_inside_a_larger_one():
    @attrs.frozen
    class Inner:
        late: str = option("x", dependents=["mode"], order=1)
        mode: str = option("x", group="More", recommender=Recommends())
        needed: str = option(doc="Needed.", order=7)

    keys = embed("transforms.mask.", "Transforms: mask", 5, Inner)
    assert [(key.name, key.group, key.order) for key in keys] == [
        ("transforms.mask.needed", "Transforms: mask", 5),
        ("transforms.mask.late", "Transforms: mask", 6),
        ("transforms.mask.mode", "Transforms: mask: More", 7),
    ]
    assert keys[1].dependents == ("transforms.mask.mode",)
    assert keys[0].display_name == "needed"
    recommender = keys[2].recommender
    assert recommender is not None
    values = {"transforms.mask.late": 1, "late": 2, "transforms.mask.": 3}
    assert recommender.valid_values("transforms.mask.mode", values) == ["mode", "late"]
    assert recommender.visible("transforms.mask.mode", values)


def test_our_own_decorator():
    @config
    class Mine:
        size: int = option(default=3)
        topic: str = option()
        plain: bool = False

    assert parse(Mine, {"topic": "x", "plain": "true"}) == Mine(topic="x", plain=True)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        Mine(topic="x").size = 4

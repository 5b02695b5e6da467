"""What are the transforms and predicates asked?"""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

from tests.differential._data import CALENDAR, INTS, LEAVES, NAMES, REALS, Maker, envelope, logical

__all__ = ("FAMILIES",)

Case = dict[str, Any]
Config = dict[str, Any]

PACKAGE = "org.apache.kafka.connect.transforms."
PREDICATES = f"{PACKAGE}predicates."
TYPES = ("int8", "int16", "int32", "int64", "float32", "float64", "boolean", "string")
BAD_TYPES = ("bytes", "array", "INT8", " int8", "decimal", "")
NUMBERS = (*INTS, *REALS)


def _case(make: Maker, name: str, config: Config, record: Any) -> Case:
    more = {"exact": True} if make.exact else {}
    return {"op": "transform", "class": PACKAGE + name, "config": config, "record": record, **more}


def _rows(
    name: str, count: int, configure: Callable[[Maker, list[str]], Config], kinds: Any = None
) -> Iterator[Case]:
    """Ask a transform of keys or values about rows."""
    for at in range(count):
        make = Maker(f"{name} {at}", exact=at % 3 == 0)
        names, row = make.row(kinds)
        config = configure(make, names)
        if make.chance(3):
            config["replace.null.with.default"] = make.pick(("true", "false"))
        side = make.pick(("Key", "Value", "Value"))
        yield _case(make, f"{name}${side}", config, make.record(**{side.lower(): row}))


def _one(make: Maker, names: list[str]) -> str:
    return str(make.pick(names) if make.draw.random() < 0.85 else make.pick((*NAMES, "missing", "")))


def _several(make: Maker, names: list[str]) -> str:
    chosen = make.some(names, 3)
    if make.chance(6):
        chosen.append("missing")
    return make.pick((",", ", ", " , ")).join(chosen)


def casts() -> Iterator[Case]:
    """Cast fields, and whole values."""

    def spec(make: Maker, names: list[str]) -> Config:
        if make.chance(30):
            return make.pick(
                ({}, {"spec": ""}, {"spec": "int8,a:int8"}, {"spec": "a:b:c"}, {"spec": "a:int8,a:int16"})
            )
        kinds = BAD_TYPES if make.chance(25) else TYPES
        return {"spec": ",".join(f"{name}:{make.pick(kinds)}" for name in make.some(names, 4))}

    yield from _rows("Cast", 260, spec, LEAVES)
    yield from _rows("Cast", 40, spec)
    for kind in (*LEAVES, "plain"):
        for target in TYPES:
            for at in range(2):
                make = Maker(f"cast {kind} {target} {at}", exact=at == 1)
                data = envelope(None, make.plain(1)) if kind == "plain" else envelope(*make.typed(2, kind))
                yield _case(make, "Cast$Value", {"spec": target}, make.record(value=data))


def strings_cast() -> Iterator[Case]:
    """Cast every text that may be a number to every type."""
    texts = (
        "0", "5", "-5", "+5", " 5", "5 ", "127", "128", "-129", "32768", "2147483648", "9223372036854775808", "1.0", "1.5",
        "1e3", "1e40", "NaN", "-Infinity", "1d", "1f", "1L", "0x1p3", "0x10", "1_0", "\u0661", "", "true", "TRUE", "yes", ".5",
        "5.", ".", "-", "1e", "infinity", "nan", "1e400", "-0", "-0.0", "0.1", "16777217", "1.17549435E-38f",
    )  # fmt: skip
    for text in texts:
        for target in TYPES:
            make = Maker("text")
            data = envelope({"type": "string"}, text)
            yield _case(make, "Cast$Value", {"spec": target}, {"topic": "t", "value": data})


def extracts() -> Iterator[Case]:
    """Extract fields, also by paths."""

    def field(make: Maker, names: list[str]) -> Config:
        path = _one(make, names)
        if make.chance(2):
            path = make.pick((path, f"`{path}`", f"{path}.{make.pick(NAMES)}", f"`{path}`.a", f"nested.{path}", f"{path}.",
                              f".{path}", f"`{path}", f"{path}`", "``", "a\\`b", "`a\\`.b`", "a..b", ".", "`a.b`.`x.y`"))  # fmt: skip
        config = {"field": path}
        if not make.chance(3):
            config["field.syntax.version"] = make.pick(("V1", "V2", "V2", "V2", "v2"))
        if make.chance(25):
            config = make.pick(
                ({}, {"field": "a", "field.syntax.version": "V3"}, {"field": "a", "field.syntax.version": ""})
            )
        return config

    yield from _rows("ExtractField", 160, field)
    for path in _paths():
        for version in ("V1", "V2"):
            make = Maker("paths")
            inner = {
                "type": "struct",
                "fields": [{"type": "int8", "field": name, "optional": True} for name in ("a", "b.c", "`d`")],
            }
            schema = {"type": "struct", "fields": [{**inner, "field": name} for name in ("a", "a.b", "`c`")]}
            value = {"a": 1, "b.c": 2, "`d`": 3}
            config = {"field": path, "field.syntax.version": version}
            typed = envelope(schema, {"a": value, "a.b": value, "`c`": value})
            for data in (typed, envelope(None, {**typed["payload"], "": {"": 4}})):
                yield _case(make, "ExtractField$Value", config, {"topic": "t", "value": data})


def _paths() -> tuple[str, ...]:
    return (
        "a", "a.a", "a.b", "`a.b`", "`a.b`.a", "`a.b`.`b.c`", "a.`b.c`", "a.b.c", "`c`", "``c``", "`c`.a", "``c``.a",
        "`\\`c\\``.a", "a.`d`", "a.``d``", "a.", "`a.b`.", ".a", "a.missing", "missing.a", "a.a.a", "`a", "a`", "a.`b.c",
        "`a`.a", "`a``.a", "a.b.`c", "`a.b", "`a.b`x", "`a.b`.x`y",
    )  # fmt: skip


def flattens() -> Iterator[Case]:
    """Flatten structs and maps."""

    def delimiter(make: Maker, _: list[str]) -> Config:
        return make.pick(({}, {}, {"delimiter": "_"}, {"delimiter": ""}, {"delimiter": "::"}))

    yield from _rows("Flatten", 80, delimiter, ("struct", "int32", "string"))
    yield from _rows("Flatten", 60, delimiter)
    for at in range(60):
        make = Maker(f"deep {at}", exact=at % 2 == 0)
        schema, payload = make.struct(3, None, ("struct", "struct", "string", "array", "Date"))
        if make.chance(2):
            schema["optional"] = True
        yield _case(make, "Flatten$Value", delimiter(make, []), make.record(value=envelope(schema, payload)))
    for at in range(30):
        make = Maker(f"nested defaults {at}")
        leaf = {"type": "int32", "field": "n", "default": 3, **({"optional": True} if make.chance(2) else {})}
        inner = {
            "type": "struct",
            "fields": [leaf, {"type": "string", "field": "s", "optional": True}],
            "field": "in",
        }
        if make.chance(2):
            inner["optional"] = True
        if make.chance(2):
            inner["default"] = {"n": 9, "s": "d"}
        value = make.pick((None, {"n": 1, "s": "x"}, {"n": None, "s": None}))
        if value is None and "optional" not in inner and "default" not in inner:
            value = {"n": 2}
        data = envelope({"type": "struct", "fields": [inner]}, {"in": value})
        yield _case(make, "Flatten$Value", delimiter(make, []), make.record(value=data))
    for at in range(40):
        make = Maker(f"plain {at}")
        data = envelope(None, {name: make.plain(3) for name in make.some(NAMES, 3)})
        yield _case(make, "Flatten$Value", delimiter(make, []), make.record(value=data))


def hoists() -> Iterator[Case]:
    """Hoist anything into a field."""
    for at in range(60):
        make = Maker(f"hoist {at}", exact=at % 3 == 0)
        config = {} if make.chance(20) else {"field": make.pick((*NAMES, ""))}
        side = make.pick(("Key", "Value"))
        yield _case(make, f"HoistField${side}", config, make.record(**{side.lower(): make.data()}))


def inserts() -> Iterator[Case]:
    """Insert facts of the record."""

    def facts(make: Maker, names: list[str]) -> Config:
        config = {}
        for key in make.some(("topic", "partition", "offset", "timestamp", "static"), 3):
            field = make.pick(names) if make.chance(8) else make.pick(("new", "new2", "t.x", "z", ""))
            config[f"{key}.field"] = field + make.pick(("", "", "!", "?", "??"))
        if not make.chance(5):
            config["static.value"] = make.pick(("x", "", "5"))
        return {} if make.chance(30) else config

    yield from _rows("InsertField", 160, facts)


def masks() -> Iterator[Case]:
    """Mask fields of every type."""

    def fields(make: Maker, names: list[str]) -> Config:
        config = {"fields": _several(make, names)}
        if make.chance(2):
            config["replacement"] = make.pick(
                ("x", "5", "-1.5", "", "128", "1e3", "true", "NaN", "99999999999999999999", " 7")
            )
        return make.pick(({}, {"fields": ""})) if make.chance(40) else config

    yield from _rows("MaskField", 200, fields, (*LEAVES, "array", "map", "struct"))
    for kind in LEAVES:
        for replacement in (None, "7", "x", "1.5", "", "300", "-0.0"):
            make = Maker(f"mask {kind} {replacement}")
            schema, value = make.leaf(kind)
            data = envelope({"type": "struct", "fields": [{**schema, "field": "f"}]}, {"f": value})
            config = {"fields": "f", **({} if replacement is None else {"replacement": replacement})}
            yield _case(make, "MaskField$Value", config, {"topic": "t", "value": data})
    for value in (1, 1.5, True, "x", [1], {"a": 1}, None):
        for config in (
            {"fields": "f"},
            {"fields": "f", "replacement": "7"},
            {"fields": "f,g", "replacement": "x"},
        ):
            yield _case(
                Maker("m"), "MaskField$Value", config, {"topic": "t", "value": envelope(None, {"f": value})}
            )


def replaces() -> Iterator[Case]:
    """Leave fields out, and rename them."""

    def fields(make: Maker, names: list[str]) -> Config:
        config = {}
        if make.chance(2):
            config["exclude"] = _several(make, names)
        if make.chance(2):
            config["include"] = _several(make, names)
        if make.chance(2):
            # Names that collide are not asked for: which one wins is a matter of Java's hashes.
            free = [name for name in ("n1", "n2", *NAMES) if name not in names]
            pairs = zip(make.some(names, 2), make.some(free, 2), strict=False)
            config["renames"] = ",".join(f"{old}:{new}" for old, new in pairs)
        if make.chance(20):
            config["renames"] = make.pick(("a", "a:b:c", "a:", ":b", "", ":"))
        return config

    yield from _rows("ReplaceField", 180, fields)


def metadata() -> Iterator[Case]:
    """Set a schema's name and version."""

    def said(make: Maker, _: list[str]) -> Config:
        config = {}
        if not make.chance(4):
            config["schema.name"] = make.pick(
                ("n", "com.x.Row", "", " x ", "org.apache.kafka.connect.data.Date")
            )
        if make.chance(2):
            config["schema.version"] = make.pick(("1", "0", "-5", "2147483647", "2147483648", "x", "", " 7 "))
        return config

    yield from _rows("SetSchemaMetadata", 100, said)
    for kind in LEAVES:
        make = Maker(f"metadata {kind}")
        config = {"schema.name": "n", "schema.version": "2"}
        data = envelope(*make.typed(2, kind))
        yield _case(make, "SetSchemaMetadata$Value", config, make.record(value=data))


def keys() -> Iterator[Case]:
    """Make keys of values."""
    yield from _value_rows(
        "ValueToKey",
        100,
        lambda make, names: {"fields": _several(make, names)} if not make.chance(25) else {},
    )


def _value_rows(name: str, count: int, configure: Callable[[Maker, list[str]], Config]) -> Iterator[Case]:
    for case in _rows(name, count * 2, configure):
        if case["class"].endswith("$Value"):
            yield {**case, "class": PACKAGE + name}


def header_transforms() -> Iterator[Case]:
    """Move, copy, insert and drop headers."""

    def moved(make: Maker, names: list[str]) -> Config:
        fields = make.some(names, 3) + (["missing"] if make.chance(10) else [])
        headers = [make.pick(("h", "k", "new", "é")) for _ in fields]
        if make.chance(12):
            headers.append("extra")
        config = {
            "fields": ",".join(fields),
            "headers": ",".join(headers),
            "operation": make.pick(("move", "copy", "copy", "move", "MOVE")),
        }
        for key in tuple(config):
            if make.chance(40):
                del config[key]
        return config

    yield from _rows("HeaderFrom", 140, moved)
    for text in (
        "5",
        "true",
        "null",
        "",
        " ",
        "x",
        "[1,2]",
        '{"a":1}',
        "2020-01-31",
        "1.5",
        "1e400",
        '"q"',
        "é",
        "[1,",
        None,
    ):
        for header in ("h", "new", "", "é"):
            config = {"header": header, **({} if text is None else {"value.literal": text})}
            make = Maker(f"insert header {text} {header}")
            yield _case(make, "InsertHeader", config, make.record())
    for names in ("h", "h,k", "missing", "", "é, a", None):
        for at in range(6):
            make = Maker(f"drop {names} {at}")
            config = {} if names is None else {"headers": names}
            yield _case(make, "DropHeaders", config, make.record(headers=[make.header() for _ in range(3)]))
    for at in range(5):
        make = Maker(f"filter {at}")
        yield _case(make, "Filter", {}, make.record())


REGEXES = (
    ".*", "(.*)", "(.*)-(.*)", "orders-(\\d+)", "(?<n>.*)-2020", "[a-z&&[^b]]+", "\\p{Lu}.*", "(?i)TOPIC_1", "t*+", "\\Qx.y\\E",
    "(", "[", "*", "\\d+", "t{1,}", "(?x) t # c", "^t$", "t|x\\.y", "\\bt\\b", "(t)(z)?", "\\p{L}+", "\\p{IsAlphabetic}+",
    "\\x{74}", "\\0164", "(?s).*", "[^\\w]+", "t\\Z", "t\\z", "\\At", "(?:t)", "(?>t)", "(?=t)t", "(?<=t)", "t??", "", "\\h*t",
    "[\\p{L}\\d_-]+", "\\p{javaLowerCase}+", "(?u)É", "(?iu)É", "\\w+", "(?U)\\w+", "[[a-z]t]", "(x)\\.(y)", "((x).(y))",
    "(?<a1>t)", "(?P<n>t)", "\\k<n>", "(t)\\1?", "[a-z]+-[0-9]+", "[t-a]", "a{2,1}", "\\", "(?<n>t)(?<n>x)?", "\\N{LATIN SMALL LETTER T}",
    "[^]", "[]t]", "x{", "t{,3}", "\\e*t", "\\R*t", "\\X", "\\u0074", "\\cA*t", "[\\u0000-\\uffff]+", "t#", "\\p{Lower}+", "\\p{ASCII}+",
)  # fmt: skip
REPLACEMENTS = (
    "x",
    "$1",
    "$0",
    "${n}",
    "\\$1",
    "$2-$1",
    "$9",
    "$",
    "\\",
    "",
    "$1x",
    "$11",
    "$a",
    "${1}",
    "${",
    "pre_$0",
    "\\\\",
    "é$0",
    "a$",
)


def routers() -> Iterator[Case]:
    """Name topics by regular expressions and by time."""
    yield from _regex_routers()
    for name, pattern, timestamp in product(
        TOPIC_FORMATS, (None, "yyyy-MM", "yyyyMMddHHmmss"), (1700000000123, None)
    ):
        make = Maker(f"router {name}")
        topic = make.pick(("t", "a$1", "b\\c", "${timestamp}"))
        said = {"topic.format": name, "timestamp.format": pattern}
        config = {key: value for key, value in said.items() if value is not None}
        yield _case(make, "TimestampRouter", config, make.record(topic=topic, timestamp=timestamp))
    for pattern, timestamp in product(PATTERNS, MOMENTS):
        record = {"topic": "t", "timestamp": timestamp, "value": envelope(None, 1)}
        yield _case(Maker("patterns"), "TimestampRouter", {"timestamp.format": pattern}, record)


def _regex_routers() -> Iterator[Case]:
    for regex, nth in product(REGEXES, range(3)):
        make = Maker(f"regex {regex} {nth}")
        replacement = "[$0]" if nth == 0 else make.pick(REPLACEMENTS)
        topic = make.pick(("t", "orders-2020", "x.y", "Topic_1", "é", "tt")) if nth else "t"
        yield _case(
            make, "RegexRouter", {"regex": regex, "replacement": replacement}, make.record(topic=topic)
        )
    for replacement, regex in product(REPLACEMENTS, ("(o)rders-(\\d*)", "(?<n>.*)", "orders")):
        make = Maker(f"replacement {replacement} {regex}")
        config = {"regex": regex, "replacement": replacement}
        yield _case(make, "RegexRouter", config, make.record(topic="orders-2020"))
    for config in ({}, {"regex": "x"}, {"replacement": "x"}):
        yield _case(Maker("r"), "RegexRouter", config, Maker("r").record())


TOPIC_FORMATS = (
    None, "${topic}", "${topic}-${timestamp}", "${timestamp}", "x", "", "$topic", "${topic}${topic}", "\\${topic}", "${t}",
)  # fmt: skip
MOMENTS = (0, 1580474096789, -1, 253402300799999, -62135596800000)
PATTERNS = (
    "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", "yyyy-MM-dd'T'HH:mm:ssXXX", "dd/MM/yy hh:mm a", "EEE, d MMM yyyy HH:mm:ss Z",
    "yyyyMMddHHmmss", "yyyyMMdd", "D yyyy", "MMMM d, yyyy", "G yyyy", "YYYY-'W'ww", "w W F E u", "kk KK", "z zzzz", "X XX XXX",
    "''yyyy''", "yyyy'unterminated", "b", "", "yy", "y", "yyyyy", "M MM MMM MMMM L LLL", "S SS SSS SSSS", "H m s", "EEEE", "a",
    "yyyy-MM-dd HH:mm:ss.SSSSSS", "'lit'yyyy", "h:mm a", "MM/dd/yyyy", "uuuu", "ssSSS", "yyyy MM dd", "d.M.yyyy", "HHmm",
)  # fmt: skip
DATED = (
    "2020-01-31", "2020-01-31T12:34:56.789Z", "2020-01-31T12:34:56Z", "2020-01-31T12:34:56+01:00", "31/01/20 12:34 PM", "20200131",
    "Fri, 31 Jan 2020 12:34:56 +0000", "20200131123456", "31 2020", "January 31, 2020", "AD 2020", "2020-W05", "12", "5", "",
    "2020-13-45", "20-1-5", " 2020-01-31", "2020-01-31 ", "2020-01-31x", "0001-01-01", "9999-12-31", "99999", "'2020'", "junk",
    "2020-01-31 12:34:56.123456", "lit2020", "1:05 am", "01/31/2020", "2020 1 31", "31.1.2020", "12:34 pm", "-2020-01-01", "2359",
)  # fmt: skip
PRECISIONS = ("seconds", "milliseconds", "microseconds", "nanoseconds")
KINDS = ("string", "unix", "Date", "Time", "Timestamp")


def timestamps() -> Iterator[Case]:
    """Convert timestamps from every kind to every kind."""

    def conversion(make: Maker, names: list[str]) -> Config:
        config = {"target.type": make.pick(KINDS)}
        if not make.chance(8):
            config["field"] = _one(make, names)
        if not make.chance(3):
            config["format"] = make.pick(PATTERNS[:7])
        if make.chance(3):
            config["unix.precision"] = make.pick(PRECISIONS)
        if make.chance(25):
            config |= make.pick(
                (
                    {"target.type": "date"},
                    {"unix.precision": "days"},
                    {"target.type": ""},
                    {"unix.precision": ""},
                )
            )
        return config

    yield from _rows("TimestampConverter", 240, conversion, (*CALENDAR, "int64", "string", "int32"))
    for source, target, precision, nth in product((*CALENDAR, "int64"), KINDS, PRECISIONS, range(2)):
        make = Maker(f"{source} {target} {precision} {nth}", exact=nth == 1)
        plain = source == "int64" and nth
        data = envelope(None, make.leaf("int64")[1]) if plain else envelope(*make.typed(1, source))
        config = {"target.type": target, "unix.precision": precision, "format": "yyyy-MM-dd HH:mm:ss.SSS"}
        yield _case(make, "TimestampConverter$Value", config, make.record(value=data))
    yield from _patterns()


def _patterns() -> Iterator[Case]:
    name = "TimestampConverter$Value"
    for pattern, text in product(PATTERNS, DATED):
        if Maker(f"{pattern} {text}").chance(3):
            record = {"topic": "t", "value": envelope({"type": "string"}, text)}
            yield _case(Maker("p"), name, {"target.type": "unix", "format": pattern}, record)
    for pattern, moment in product(PATTERNS, MOMENTS):
        record = {"topic": "t", "value": envelope(logical("Timestamp", "int64"), moment)}
        yield _case(Maker("p"), name, {"target.type": "string", "format": pattern}, record)


def chains() -> Iterator[Case]:
    """Some transforms, one after another."""
    for at in range(260):
        make = Maker(f"chain {at}", exact=at % 2 == 0)
        names, row = make.row()
        steps = [
            {"class": PACKAGE + name, "config": config}
            for name, config in (_step(make, names) for _ in range(make.draw.randint(2, 4)))
        ]
        more = {"exact": True} if make.exact else {}
        yield {"op": "chain", "transforms": steps, "record": make.record(value=row), **more}
    for at in range(80):
        make = Maker(f"time chain {at}")
        text = make.pick(DATED[:9])
        data = envelope(None, {"f": text}) if make.chance(2) else envelope(None, text)
        field = {"field": "f"} if isinstance(data["payload"], dict) else {}
        to = {"target.type": make.pick(KINDS[1:]), "format": make.pick(PATTERNS[:7]), **field}
        then = make.pick((
            ("TimestampConverter$Value", {"target.type": make.pick(KINDS), "format": "yyyy-MM-dd HH:mm", **field}),
            ("Cast$Value", {"spec": ("f:" if field else "") + make.pick(TYPES)}),
            ("MaskField$Value", {"fields": "f"}),
        ))  # fmt: skip
        back = (
            "TimestampConverter$Value",
            {"target.type": "string", "format": "yyyy-MM-dd HH:mm:ss.SSS", **field},
        )
        steps = [
            {"class": PACKAGE + name, "config": config}
            for name, config in (("TimestampConverter$Value", to), then, back)
        ]
        yield {"op": "chain", "transforms": steps, "record": {"topic": "t", "value": data}}
    names = ("Cast$Value", {"spec": "int16"}), ("TimestampConverter$Value", {"target.type": "unix"})
    steps = [{"class": PACKAGE + name, "config": config} for name, config in names]
    yield {"op": "chain", "transforms": steps, "record": {"topic": "t", "value": envelope(None, 5)}}


def _step(make: Maker, names: list[str]) -> tuple[str, Config]:
    return make.pick((
        ("InsertField$Value", {"topic.field": "topic", "timestamp.field": "at", "static.field": "s", "static.value": "v"}),
        ("HoistField$Value", {"field": make.pick(NAMES)}),
        ("ExtractField$Value", {"field": _one(make, names)}),
        ("ReplaceField$Value", {"exclude": make.pick(names), "renames": f"{_one(make, names)}:renamed"}),
        ("MaskField$Value", {"fields": make.pick(names)}),
        ("Cast$Value", {"spec": f"{make.pick(names)}:{make.pick(TYPES)}"}),
        ("ValueToKey", {"fields": _several(make, names)}),
        ("HeaderFrom$Value", {"fields": make.pick(names), "headers": "new", "operation": make.pick(("move", "copy"))}),
        ("Flatten$Value", {}),
        ("SetSchemaMetadata$Value", {"schema.name": "com.x.Row", "schema.version": "4"}),
        ("RegexRouter", {"regex": "(.)(.*)", "replacement": "$2$1"}),
        ("InsertHeader", {"header": "lit", "value.literal": "[1,2]"}),
        ("DropHeaders", {"headers": "h,k"}),
        ("TimestampRouter", {}),
        ("InsertField$Key", {"static.field": "k", "static.value": "v"}),
        ("HoistField$Key", {"field": "k"}),
    ))  # fmt: skip


def predicates() -> Iterator[Case]:
    """Test records."""
    for at, pattern in enumerate((*REGEXES, "")):
        make = Maker(f"predicate {at}")
        yield _test(make, "TopicNameMatches", {"pattern": pattern})
    for at in range(30):
        make = Maker(f"predicates {at}")
        yield _test(make, "HasHeaderKey", {"name": make.pick(("h", "k", "missing", "é"))})
        yield _test(make, "RecordIsTombstone", {})
    for config in ({}, {"name": ""}):
        yield _test(Maker("p"), "HasHeaderKey", config)
    yield _test(Maker("p"), "TopicNameMatches", {})


def _test(make: Maker, name: str, config: Config) -> Case:
    return {"op": "predicate", "class": PREDICATES + name, "config": config, "record": make.record()}


FAMILIES = {
    "cast": casts,
    "cast_text": strings_cast,
    "extract_field": extracts,
    "flatten": flattens,
    "hoist_field": hoists,
    "insert_field": inserts,
    "mask_field": masks,
    "replace_field": replaces,
    "set_schema_metadata": metadata,
    "value_to_key": keys,
    "headers_transforms": header_transforms,
    "routers": routers,
    "timestamp_converter": timestamps,
    "chains": chains,
    "predicates": predicates,
}

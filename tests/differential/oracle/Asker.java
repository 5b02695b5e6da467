import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Values;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.storage.HeaderConverter;
import org.apache.kafka.connect.transforms.Transformation;
import org.apache.kafka.connect.transforms.predicates.Predicate;

/** Answers cases, a line of JSON each, with Apache Kafka's own classes; answer.py says what a case is. */
public class Asker {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonConverter REPLACING = envelopes(true);
    private static final JsonConverter EXACT = envelopes(false);

    private final JsonNode asked;
    private final ObjectNode answer;
    private final boolean exact;

    private Asker(JsonNode asked, ObjectNode answer) {
        this.asked = asked;
        this.answer = answer;
        this.exact = asked.path("exact").asBoolean();
    }

    public static void main(String[] args) throws IOException {
        PrintStream answers = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        System.setOut(System.err); // what the classes print is no answer
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            ObjectNode answer = JSON.createObjectNode();
            try {
                JsonNode asked = JSON.readTree(line);
                if (asked.has("id")) {
                    answer.set("id", asked.get("id"));
                }
                new Asker(asked, answer).run();
            } catch (Exception | LinkageError | StackOverflowError failure) {
                answer.put("error", failure.getClass().getSimpleName());
                answer.put("message", String.valueOf(failure.getMessage()));
            }
            answers.println(JSON.writeValueAsString(answer));
        }
        answers.flush();
    }

    private void run() throws Exception {
        String topic = asked.path("topic").asText("t");
        String key = asked.path("key").asText("h");
        SchemaAndValue data = data(asked.get("data"));
        switch (asked.get("op").asText()) {
            case "transform" -> transform(List.of(asked));
            case "chain" -> transform(asked.get("transforms"));
            case "predicate" -> test();
            case "from_connect_data" -> bytes(converter().fromConnectData(topic, data.schema(), data.value()));
            case "to_connect_data" -> shown("data", converter().toConnectData(topic, bytes()));
            case "header_from_connect" -> bytes(headers().fromConnectHeader(topic, key, data.schema(), data.value()));
            case "header_to_connect" -> shown("data", headers().toConnectHeader(topic, key, bytes()));
            case "parse_value" -> shown("data", Values.parseString(asked.get("text").asText()));
            case "config_def" -> keys();
            default -> throw new IllegalArgumentException("unknown op " + asked.get("op"));
        }
    }

    // -- plugins ---------------------------------------------------------------------------------------------

    @SuppressWarnings("unchecked")
    private static <T> T make(JsonNode named) throws ReflectiveOperationException {
        return (T) Class.forName(named.get("class").asText()).getDeclaredConstructor().newInstance();
    }

    private static Map<String, Object> config(JsonNode named) {
        Map<String, Object> config = new HashMap<>();
        named.path("config").fields().forEachRemaining(
            e -> config.put(e.getKey(), e.getValue().isNull() ? null : e.getValue().asText()));
        return config;
    }

    private Converter converter() throws ReflectiveOperationException {
        Converter converter = make(asked);
        converter.configure(config(asked), asked.path("is_key").asBoolean());
        return converter;
    }

    private HeaderConverter headers() throws ReflectiveOperationException {
        HeaderConverter converter = make(asked);
        Map<String, Object> config = config(asked);
        config.putIfAbsent("converter.type", "header");
        converter.configure(config);
        return converter;
    }

    @SuppressWarnings({"rawtypes", "unchecked"})
    private void test() throws Exception {
        Predicate predicate = make(asked);
        predicate.configure(config(asked));
        answer.put("result", predicate.test(record(asked.get("record"))));
    }

    @SuppressWarnings({"rawtypes", "unchecked"})
    private void transform(Iterable<JsonNode> steps) throws Exception {
        ConnectRecord record = record(asked.get("record"));
        for (JsonNode step : steps) {
            Transformation transform = make(step);
            transform.configure(config(step));
            record = (ConnectRecord) transform.apply(record);
            transform.close();
            if (record == null) {
                break;
            }
        }
        answer.set("record", record == null ? null : shown(record));
    }

    private void keys() throws ReflectiveOperationException {
        Object plugin = make(asked);
        ConfigDef defined = (ConfigDef) plugin.getClass().getMethod("config").invoke(plugin);
        ArrayNode keys = answer.putArray("keys");
        for (ConfigDef.ConfigKey key : defined.configKeys().values()) {
            ObjectNode shown = keys.addObject();
            shown.put("name", key.name);
            shown.put("type", key.type.name());
            shown.put("importance", key.importance.name());
            shown.put("doc", key.documentation);
            shown.put("required", !key.hasDefault());
            shown.put("default", key.hasDefault() ? String.valueOf(key.defaultValue) : null);
            shown.put("group", key.group);
            shown.put("order", key.orderInGroup);
            shown.put("width", key.width.name());
            shown.put("display_name", key.displayName);
        }
    }

    // -- data ------------------------------------------------------------------------------------------------

    private static JsonConverter envelopes(boolean replacing) {
        JsonConverter converter = new JsonConverter();
        converter.configure(Map.of("replace.null.with.default", String.valueOf(replacing)), false);
        return converter;
    }

    private byte[] bytes() throws IOException {
        JsonNode written = asked.get("bytes");
        return written == null || written.isNull() ? null : written.binaryValue();
    }

    private void bytes(byte[] written) {
        answer.put("bytes", written);
    }

    private SchemaAndValue data(JsonNode envelope) throws IOException {
        if (envelope == null || envelope.isNull()) {
            return SchemaAndValue.NULL;
        }
        if (!exact) {
            return REPLACING.toConnectData("t", JSON.writeValueAsBytes(envelope));
        }
        JsonNode schema = envelope.path("schema");
        Schema known = schema.isObject() ? leaf(schema, null).schema() : null;
        return new SchemaAndValue(known, known == null ? leaf(null, envelope.get("payload")).value()
            : value(known, schema, envelope.get("payload")));
    }

    private static SchemaAndValue leaf(JsonNode schema, JsonNode payload) throws IOException {
        ObjectNode envelope = JSON.createObjectNode();
        JsonNode optional = schema == null ? null : ((ObjectNode) schema.deepCopy()).put("optional", true);
        envelope.set("schema", payload == null ? schema : optional);
        envelope.set("payload", payload);
        if (payload != null || schema == null) {
            return EXACT.toConnectData("t", JSON.writeValueAsBytes(envelope));
        }
        return new SchemaAndValue(EXACT.asConnectSchema(schema), null);
    }

    /** A value as it is written: null stays null, and the names of the numbers that JSON lacks are numbers. */
    private Object value(Schema known, JsonNode schema, JsonNode payload) throws IOException {
        if (payload == null || payload.isNull()) {
            return null;
        }
        switch (known.type()) {
            case FLOAT32:
                return payload.isTextual() ? Float.valueOf(payload.asText()) : Float.valueOf(payload.floatValue());
            case FLOAT64:
                return payload.isTextual() ? Double.valueOf(payload.asText()) : payload.doubleValue();
            case ARRAY:
                List<Object> items = new ArrayList<>();
                for (JsonNode item : payload) {
                    items.add(value(known.valueSchema(), schema.get("items"), item));
                }
                return items;
            case MAP:
                return map(known, schema, payload);
            case STRUCT:
                Struct struct = new Struct(known);
                for (Field field : known.fields()) {
                    JsonNode written = payload.get(field.name());
                    if (written != null && !written.isNull()) {
                        struct.put(field, value(field.schema(), schema.get("fields").get(field.index()), written));
                    }
                }
                return struct;
            default:
                return leaf(schema, payload).value();
        }
    }

    private Map<Object, Object> map(Schema known, JsonNode schema, JsonNode payload) throws IOException {
        Map<Object, Object> map = new HashMap<>();
        for (var entry : (Iterable<Map.Entry<String, JsonNode>>) payload::fields) {
            map.put(entry.getKey(), value(known.valueSchema(), schema.get("values"), entry.getValue()));
        }
        for (JsonNode pair : payload.isArray() ? payload : JSON.createArrayNode()) {
            Object key = value(known.keySchema(), schema.get("keys"), pair.get(0));
            map.put(key, value(known.valueSchema(), schema.get("values"), pair.get(1)));
        }
        return map;
    }

    private void shown(String name, SchemaAndValue data) throws IOException {
        answer.set(name, envelope(data.schema(), data.value()));
    }

    private JsonNode envelope(Schema schema, Object value) throws IOException {
        byte[] written = (exact ? EXACT : REPLACING).fromConnectData("t", schema, value);
        return written == null ? null : JSON.readTree(written);
    }

    // -- records ---------------------------------------------------------------------------------------------

    private ConnectRecord<?> record(JsonNode written) throws IOException {
        SchemaAndValue key = data(written.get("key"));
        SchemaAndValue value = data(written.get("value"));
        ConnectHeaders headers = new ConnectHeaders();
        for (JsonNode header : written.path("headers")) {
            headers.add(header.get("key").asText(), data(header.get("data")));
        }
        Integer partition = written.hasNonNull("partition") ? written.get("partition").asInt() : null;
        Long timestamp = written.hasNonNull("timestamp") ? written.get("timestamp").asLong() : null;
        String topic = written.path("topic").asText("t");
        if (!written.path("kind").asText().equals("sink")) {
            return new SourceRecord(Map.of(), Map.of(), topic, partition, key.schema(), key.value(), value.schema(),
                value.value(), timestamp, headers);
        }
        return new SinkRecord(topic, partition == null ? 0 : partition, key.schema(), key.value(), value.schema(),
            value.value(), written.path("offset").asLong(), timestamp, TimestampType.CREATE_TIME, headers);
    }

    private ObjectNode shown(ConnectRecord<?> record) throws IOException {
        ObjectNode shown = JSON.createObjectNode();
        shown.put("topic", record.topic());
        shown.put("partition", record.kafkaPartition());
        shown.put("timestamp", record.timestamp());
        shown.set("key", envelope(record.keySchema(), record.key()));
        shown.set("value", envelope(record.valueSchema(), record.value()));
        ArrayNode headers = shown.putArray("headers");
        for (Header header : record.headers()) {
            headers.addObject().put("key", header.key()).set("data", envelope(header.schema(), header.value()));
        }
        return shown;
    }
}

package bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceConnector;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/** Hands out generated records as fast as it is asked: what is left is the cost of the runtime. */
public final class GenSource extends SourceConnector {
    private Map<String, String> properties;

    @Override public String version() { return "1"; }
    @Override public ConfigDef config() { return new ConfigDef(); }
    @Override public Class<? extends Task> taskClass() { return GenTask.class; }
    @Override public void start(Map<String, String> given) { properties = given; }
    @Override public void stop() { }

    @Override public List<Map<String, String>> taskConfigs(int maxTasks) {
        List<Map<String, String>> configs = new ArrayList<>();
        for (int number = 0; number < maxTasks; number++) {
            Map<String, String> config = new HashMap<>(properties);
            config.put("id", Integer.toString(number));
            configs.add(config);
        }
        return configs;
    }

    public static final class GenTask extends SourceTask {
        private static final int BATCH = 2000;
        private static final Schema ROW = SchemaBuilder.struct().name("row")
            .field("id", Schema.INT64_SCHEMA)
            .field("name", Schema.STRING_SCHEMA)
            .field("email", Schema.OPTIONAL_STRING_SCHEMA)
            .field("amount", Schema.FLOAT64_SCHEMA)
            .field("active", Schema.BOOLEAN_SCHEMA)
            .field("ts", Schema.INT64_SCHEMA)
            .field("note", Schema.OPTIONAL_STRING_SCHEMA)
            .build();

        private long records;
        private long next;
        private String topic;
        private boolean structs;
        private Map<String, ?> partition;
        private String text;

        @Override public String version() { return "1"; }
        @Override public void stop() { }

        @Override public void start(Map<String, String> config) {
            records = Long.parseLong(config.get("records"));
            topic = config.get("topic");
            structs = config.get("shape").equals("struct");
            partition = Map.of("id", config.get("id"));
            text = "abcdefghijklmnopqrstuvwxyz".repeat(100).substring(0, Integer.parseInt(config.get("size")));
        }

        @Override public List<SourceRecord> poll() throws InterruptedException {
            if (next >= records) {
                Thread.sleep(100);
                return null;
            }
            List<SourceRecord> batch = new ArrayList<>(BATCH);
            for (long end = Math.min(next + BATCH, records); next < end; next++) {
                Map<String, ?> offset = Map.of("i", next);
                batch.add(structs
                    ? new SourceRecord(partition, offset, topic, ROW, row(next))
                    : new SourceRecord(partition, offset, topic, Schema.STRING_SCHEMA, text));
            }
            return batch;
        }

        private static Struct row(long i) {
            return new Struct(ROW)
                .put("id", i)
                .put("name", "customer " + i)
                .put("email", "c" + i + "@example.com")
                .put("amount", i * 0.25)
                .put("active", true)
                .put("ts", 1700000000000L + i)
                .put("note", null);
        }
    }
}

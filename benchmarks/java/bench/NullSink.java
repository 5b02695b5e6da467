package bench;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkConnector;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;

/** Counts what it is given and notes, at every hundredth part, how many it saw and when. */
public final class NullSink extends SinkConnector {
    private Map<String, String> properties;

    @Override public String version() { return "1"; }
    @Override public ConfigDef config() { return new ConfigDef(); }
    @Override public Class<? extends Task> taskClass() { return NullTask.class; }
    @Override public void start(Map<String, String> given) { properties = given; }
    @Override public void stop() { }

    @Override public List<Map<String, String>> taskConfigs(int maxTasks) {
        List<Map<String, String>> configs = new ArrayList<>();
        for (int number = 0; number < maxTasks; number++) {
            configs.add(properties);
        }
        return configs;
    }

    public static final class NullTask extends SinkTask {
        private OutputStream progress;
        private long records;
        private long seen;
        private long due;

        @Override public String version() { return "1"; }

        @Override public void start(Map<String, String> config) {
            records = Long.parseLong(config.get("records"));
            try {
                progress = Files.newOutputStream(Files.createTempFile(Path.of(config.get("notes")), "task", ""));
            } catch (IOException error) {
                throw new ConnectException(error);
            }
        }

        @Override public void put(Collection<SinkRecord> batch) {
            seen += batch.size();
            if (!batch.isEmpty() && (seen >= due || seen >= records)) {
                due = seen + records / 100;
                note();
            }
        }

        /** System.nanoTime() is the machine's monotonic clock, which the other runners read too. */
        private void note() {
            String line = seen + " " + System.nanoTime() + "\n";
            try {
                progress.write(line.getBytes(StandardCharsets.US_ASCII));
            } catch (IOException error) {
                throw new ConnectException(error);
            }
        }

        @Override public void stop() { }
    }
}

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.sourcelab.kafka.connect.apiclient.Configuration;
import org.sourcelab.kafka.connect.apiclient.KafkaConnectClient;
import org.sourcelab.kafka.connect.apiclient.request.dto.*;
import org.sourcelab.kafka.connect.apiclient.request.post.PostConnectorRestart;
import org.sourcelab.kafka.connect.apiclient.rest.exceptions.ResourceNotFoundException;

/** Calls every method of the client, and prints what it understood: one line a call. */
public final class Walk {
    private static KafkaConnectClient client;

    public static void main(String[] arguments) throws Exception {
        client = new KafkaConnectClient(
            new Configuration(arguments[0]).useBasicAuth("alice", "wonderland").useRequestTimeoutInSeconds(20));
        String file = arguments[1];
        print("version", client.getConnectServerVersion().getVersion());
        ConnectorDefinition created = client.addConnector(NewConnectorDefinition.newBuilder()
            .withName("walk").withConfig("connector.class", "FileStreamSource")
            .withConfig("tasks.max", 1).withConfig("topic", "walk").withConfig("file", file).build());
        print("created", created.getName() + " " + created.getType() + " " + created.getConfig().get("tasks.max"));
        await("RUNNING", 1);
        print("connectors", client.getConnectors());
        print("connector", client.getConnector("walk").getTasks().size());
        print("config", client.getConnectorConfig("walk").get("topic"));
        ConnectorStatus status = client.getConnectorStatus("walk");
        print("status", status.getType() + " " + status.getTasks().get(0).getState());
        print("expanded info", client.getConnectorsWithExpandedInfo().getDefinitionForConnector("walk").getName());
        print("expanded status", client.getConnectorsWithExpandedStatus().getStatusForConnector("walk").getName());
        ConnectorsWithExpandedMetadata both = client.getConnectorsWithAllExpandedMetadata();
        print("expanded", both.getAllDefinitions().size() + " " + both.getAllStatuses().size());
        while (client.getConnectorTopics("walk").getTopics().isEmpty()) {
            Thread.sleep(20);
        }
        print("topics", client.getConnectorTopics("walk").getTopics());
        print("topics reset", client.resetConnectorTopics("walk"));
        print("tasks", new ArrayList<>(client.getConnectorTasks("walk")).get(0).getConfig().get("topic"));
        print("task status", client.getConnectorTaskStatus("walk", 0).getState());
        print("updated", client.updateConnectorConfig("walk", Map.of(
            "connector.class", "FileStreamSource", "topic", "walk", "file", file, "batch.size", "7"))
            .getConfig().get("batch.size"));
        await("RUNNING", 1);
        print("restarted", client.restartConnector("walk"));
        await("RUNNING", 1);
        print("restarted with tasks", client.restartConnector(
            new PostConnectorRestart("walk").withIncludeTasks(true).withOnlyFailed(false)));
        await("RUNNING", 1);
        print("task restarted", client.restartConnectorTask("walk", 0));
        await("RUNNING", 1);
        print("paused", client.pauseConnector("walk"));
        await("PAUSED", 1);
        print("resumed", client.resumeConnector("walk"));
        await("RUNNING", 1);
        print("stopped", client.stopConnector("walk"));
        await("STOPPED", 0);
        print("plugins", client.getConnectorPlugins().stream().map(ConnectorPlugin::getType).sorted().toList());
        print("validated", client.validateConnectorPluginConfig(ConnectorPluginConfigDefinition.newBuilder()
            .withName("FileStreamSource").withConfig("connector.class", "FileStreamSource")
            .withConfig("topic", "walk").withConfig("name", "walk").withConfig("tasks.max", "0").build())
            .getErrorCount());
        print("deleted", client.deleteConnector("walk"));
        try {
            client.getConnector("walk");
            print("gone", false);
        } catch (ResourceNotFoundException error) {
            print("gone", error.getMessage());
        }
    }

    private static void await(String state, int tasks) throws InterruptedException {
        for (int look = 0; look < 500; look++) {
            ConnectorStatus status = client.getConnectorStatus("walk");
            List<ConnectorStatus.TaskStatus> found = status.getTasks();
            boolean there = found.size() == tasks && found.stream().allMatch(task -> task.getState().equals(state));
            if (there && status.getConnector().get("state").equals(state)) {
                return;
            }
            Thread.sleep(20);
        }
        throw new IllegalStateException("not " + state + ": " + client.getConnectorStatus("walk"));
    }

    private static void print(String what, Object found) {
        System.out.println(what + ": " + found);
    }
}

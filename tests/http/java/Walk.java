import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.sourcelab.kafka.connect.apiclient.Configuration;
import org.sourcelab.kafka.connect.apiclient.KafkaConnectClient;
import org.sourcelab.kafka.connect.apiclient.request.dto.*;
import org.sourcelab.kafka.connect.apiclient.request.post.PostConnectorRestart;
import org.sourcelab.kafka.connect.apiclient.rest.exceptions.ResourceNotFoundException;

/** Calls every method of the client, and prints what it understood, one line a call, and which it never called. */
public final class Walk {
    private static final Set<String> CALLED = new TreeSet<>();
    private static KafkaConnectClient client;

    public static void main(String[] arguments) throws Exception {
        client = new KafkaConnectClient(
            new Configuration(arguments[0]).useBasicAuth("alice", "wonderland").useRequestTimeoutInSeconds(20));
        String file = arguments[1];
        print("version", Walk.<ConnectServerVersion>call("getConnectServerVersion").getVersion());
        ConnectorDefinition created = Walk.<ConnectorDefinition>call("addConnector", NewConnectorDefinition.newBuilder()
            .withName("walk").withConfig("connector.class", "FileStreamSource")
            .withConfig("tasks.max", 1).withConfig("topic", "walk").withConfig("file", file).build());
        print("created", created.getName() + " " + created.getType() + " " + created.getConfig().get("tasks.max"));
        await("RUNNING", 1);
        print("connectors", Walk.<Object>call("getConnectors"));
        print("connector", Walk.<ConnectorDefinition>call("getConnector", "walk").getTasks().size());
        print("config", Walk.<Map<String, String>>call("getConnectorConfig", "walk").get("topic"));
        ConnectorStatus status = Walk.<ConnectorStatus>call("getConnectorStatus", "walk");
        print("status", status.getType() + " " + status.getTasks().get(0).getState());
        print("expanded info", Walk.<ConnectorsWithExpandedInfo>call("getConnectorsWithExpandedInfo").getDefinitionForConnector("walk").getName());
        print("expanded status", Walk.<ConnectorsWithExpandedStatus>call("getConnectorsWithExpandedStatus").getStatusForConnector("walk").getName());
        ConnectorsWithExpandedMetadata both = Walk.<ConnectorsWithExpandedMetadata>call("getConnectorsWithAllExpandedMetadata");
        print("expanded", both.getAllDefinitions().size() + " " + both.getAllStatuses().size());
        while (Walk.<ConnectorTopics>call("getConnectorTopics", "walk").getTopics().isEmpty()) {
            Thread.sleep(20);
        }
        print("topics", Walk.<ConnectorTopics>call("getConnectorTopics", "walk").getTopics());
        print("topics reset", Walk.<Object>call("resetConnectorTopics", "walk"));
        print("tasks", new ArrayList<>(Walk.<Collection<Task>>call("getConnectorTasks", "walk")).get(0).getConfig().get("topic"));
        print("task status", Walk.<TaskStatus>call("getConnectorTaskStatus", "walk", 0).getState());
        print("updated", Walk.<ConnectorDefinition>call("updateConnectorConfig", "walk", Map.of(
            "connector.class", "FileStreamSource", "topic", "walk", "file", file, "batch.size", "7"))
            .getConfig().get("batch.size"));
        await("RUNNING", 1);
        print("restarted", Walk.<Object>call("restartConnector", "walk"));
        await("RUNNING", 1);
        print("restarted with tasks", Walk.<Object>call("restartConnector",
            new PostConnectorRestart("walk").withIncludeTasks(true).withOnlyFailed(false)));
        await("RUNNING", 1);
        print("task restarted", Walk.<Object>call("restartConnectorTask", "walk", 0));
        await("RUNNING", 1);
        print("paused", Walk.<Object>call("pauseConnector", "walk"));
        await("PAUSED", 1);
        print("resumed", Walk.<Object>call("resumeConnector", "walk"));
        await("RUNNING", 1);
        print("stopped", Walk.<Object>call("stopConnector", "walk"));
        await("STOPPED", 0);
        print("plugins", Walk.<Collection<ConnectorPlugin>>call("getConnectorPlugins").stream().map(ConnectorPlugin::getType).sorted().toList());
        print("validated", Walk.<ConnectorPluginConfigValidationResults>call("validateConnectorPluginConfig", ConnectorPluginConfigDefinition.newBuilder()
            .withName("FileStreamSource").withConfig("connector.class", "FileStreamSource")
            .withConfig("topic", "walk").withConfig("name", "walk").withConfig("tasks.max", "0").build())
            .getErrorCount());
        print("deleted", Walk.<Object>call("deleteConnector", "walk"));
        try {
            Walk.<ConnectorDefinition>call("getConnector", "walk");
            print("gone", false);
        } catch (ResourceNotFoundException error) {
            print("gone", error.getMessage());
        }
        print("methods", CALLED.size());
        print("never called", neverCalled());
    }

    private static void await(String state, int tasks) throws InterruptedException {
        for (int look = 0; look < 500; look++) {
            ConnectorStatus status = Walk.<ConnectorStatus>call("getConnectorStatus", "walk");
            List<ConnectorStatus.TaskStatus> found = status.getTasks();
            boolean there = found.size() == tasks && found.stream().allMatch(task -> task.getState().equals(state));
            if (there && status.getConnector().get("state").equals(state)) {
                return;
            }
            Thread.sleep(20);
        }
        throw new IllegalStateException("not " + state + ": " + Walk.<ConnectorStatus>call("getConnectorStatus", "walk"));
    }

    /** Calls a method of the client by its name, and takes note of it. */
    @SuppressWarnings("unchecked")
    private static <T> T call(String name, Object... arguments) {
        Method method = Stream.of(KafkaConnectClient.class.getMethods())
            .filter(each -> each.getName().equals(name) && fits(each.getParameterTypes(), arguments))
            .findFirst().orElseThrow();
        CALLED.add(method.toString());
        try {
            return (T) method.invoke(client, arguments);
        } catch (InvocationTargetException error) {
            throw (RuntimeException) error.getCause();
        } catch (IllegalAccessException error) {
            throw new IllegalStateException(error);
        }
    }

    private static boolean fits(Class<?>[] types, Object[] arguments) {
        return types.length == arguments.length && IntStream.range(0, types.length)
            .allMatch(at -> MethodType.methodType(types[at]).wrap().returnType().isInstance(arguments[at]));
    }

    /** Returns the public methods of the client that were not called. */
    private static List<String> neverCalled() {
        return Stream.of(KafkaConnectClient.class.getDeclaredMethods())
            .filter(each -> Modifier.isPublic(each.getModifiers()) && !each.isSynthetic())
            .map(Method::toString).filter(each -> !CALLED.contains(each)).sorted().toList();
    }

    private static void print(String what, Object found) {
        System.out.println(what + ": " + found);
    }
}

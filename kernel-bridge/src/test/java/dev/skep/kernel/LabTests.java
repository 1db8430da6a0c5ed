package dev.skep.kernel;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.skep.kernel.call.Host;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Runs the kernel tests without Maven: inside a machine of the kernel lab. */
public final class LabTests {

  private static final List<String> ALL =
      List.of(
          "ProgramLoadTest",
          "MapTest",
          "BufferTest",
          "LinkTest",
          "LifetimeTest",
          "NetworkLinkTest",
          "FeatureProbeTest",
          "LayoutTest",
          "ObjectTest",
          "TracingTest",
          "ClassicTcTest",
          "LinkLifeTest",
          "SocketAttachmentTest",
          "UsdtTest",
          "UsdtArgumentTest",
          "RetryTest",
          "GatesTest",
          "TestRunTest",
          "ErrorGuideTest");

  private LabTests() {}

  /** Runs the classes named, or all; ends with 1 if a test failed. */
  public static void main(String[] classes) throws ClassNotFoundException {
    var builder = LauncherDiscoveryRequestBuilder.request();
    for (String name : classes.length == 0 ? ALL : List.of(classes)) {
      builder.selectors(selectClass(Class.forName("dev.skep.kernel." + name)));
    }
    LauncherDiscoveryRequest request = builder.build();
    var summary = new SummaryGeneratingListener();
    LauncherFactory.create().execute(request, summary, new Lines());
    var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    summary.getSummary().printFailuresTo(out, 4);
    long failed = summary.getSummary().getTotalFailureCount();
    out.printf(
        "Linux %s: %d tests passed, %d failed, %d skipped%n",
        Host.release(),
        summary.getSummary().getTestsSucceededCount(),
        failed,
        summary.getSummary().getTestsSkippedCount() + summary.getSummary().getTestsAbortedCount());
    System.exit(failed == 0 ? 0 : 1);
  }

  private static final class Lines implements TestExecutionListener {
    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      if (test.isTest()) {
        String reason =
            Stream.ofNullable(result.getThrowable().orElse(null))
                .map(Throwable::getMessage)
                .filter(m -> m != null)
                .findFirst()
                .orElse("");
        System.out.println(
            result.getStatus()
                + " "
                + test.getUniqueIdObject().toString().replaceAll(".*class:dev.skep.kernel.", "")
                + (reason.isEmpty() ? "" : " - " + reason.lines().findFirst().orElse("")));
      }
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
      System.out.println("SKIPPED " + test.getDisplayName() + " - " + reason);
    }
  }
}

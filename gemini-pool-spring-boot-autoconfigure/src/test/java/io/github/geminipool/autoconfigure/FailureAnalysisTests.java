package io.github.geminipool.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.env.OriginTrackedMapPropertySource;
import org.springframework.boot.origin.OriginTrackedValue;
import org.springframework.boot.origin.SystemEnvironmentOrigin;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.StandardEnvironment;

/** The failure analysis of applications that cannot start, with debug logging. */
@ExtendWith(OutputCaptureExtension.class)
class FailureAnalysisTests {

    private static final String SECRET = "AIzaSyB-1234567890_abcdefghijklmnopqrst";
    private static final String OTHER_SECRET = "AQ.Ab8RN6IzzZ-0987654321_zyxwvutsrqpon";

    @Test
    void noKeys(CapturedOutput output) {
        start();
        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("No Gemini API key is configured")
                .contains("gemini.pool.keys=${GEMINI_API_KEY}")
                .contains("GEMINI_POOL_KEYS")
                .contains("GeminiPoolConnectionDetails")
                .contains("gemini.pool.enabled=false");
    }

    @Test
    void emptyListOfKeys(CapturedOutput output) {
        start("keys=");
        assertThat(output).contains("No Gemini API key is configured");
    }

    @Test
    void blankKey(CapturedOutput output) {
        start("keys=" + SECRET + ",,");
        assertAnalysis(output, "gemini.pool.keys[1] is blank.");
    }

    @Test
    void keyWithoutValue(CapturedOutput output) {
        start("keys[0].name=first");
        assertAnalysis(output, "gemini.pool.keys[0] is blank.");
    }

    @Test
    void unsetVariable(CapturedOutput output) {
        start("keys=${NO_SUCH_VARIABLE}");
        assertAnalysis(output, "gemini.pool.keys[0] refers to ${NO_SUCH_VARIABLE}, which is not set.");
    }

    @Test
    void sameKeyTwice(CapturedOutput output) {
        start("keys[0]=" + SECRET, "keys[1]=" + OTHER_SECRET, "keys[2]=" + SECRET);
        assertAnalysis(output, "gemini.pool.keys[2] has the same key as gemini.pool.keys[0].");
    }

    @Test
    void sameNameTwice(CapturedOutput output) {
        start("keys[0].value=" + SECRET, "keys[0].name=paid", "keys[1].value=" + OTHER_SECRET, "keys[1].name=paid");
        assertAnalysis(output, "gemini.pool.keys[1] has the same name as gemini.pool.keys[0].");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\u00a0", "\ufeff", "\u200b", "\t", " "})
    void invalidCharacterInKey(String character, CapturedOutput output) {
        start("keys[0]=" + SECRET.substring(0, 20) + character + SECRET.substring(20));
        assertAnalysis(
                output,
                "gemini.pool.keys[0] is not a valid API key.",
                "(U+" + String.format("%04X", (int) character.charAt(0)));
    }

    @Test
    void byteOrderMarkBeforeTheKey(CapturedOutput output) {
        start("keys[0].value=\ufeff" + SECRET);
        assertAnalysis(
                output,
                "gemini.pool.keys[0] is not a valid API key.",
                "U+FEFF, a byte order mark",
                "Copy the key again");
    }

    @Test
    void noBreakSpaceAfterTheKey(CapturedOutput output) {
        start("keys[0]=" + SECRET + "\u00a0");
        assertAnalysis(output, "gemini.pool.keys[0] is not a valid API key.", "U+00A0, a no-break space");
    }

    @Test
    void twoKeysOnTwoLines(CapturedOutput output) {
        start("keys=" + SECRET + "\n" + OTHER_SECRET);
        assertAnalysis(output, "a line break", "Separate several keys with commas");
    }

    @Test
    void gapInTheList(CapturedOutput output) {
        start("keys[0]=" + SECRET, "keys[2]=" + OTHER_SECRET);
        assertAnalysis(
                output,
                "These entries of gemini.pool.keys could not be bound: gemini.pool.keys[2]",
                "from 0 without gaps");
    }

    @Test
    void listThatStartsAtOne(CapturedOutput output) {
        start("keys[1].value=" + SECRET);
        assertAnalysis(output, "These entries of gemini.pool.keys could not be bound: gemini.pool.keys[1].value");
    }

    @Test
    void invalidFlagOfKey(CapturedOutput output) {
        start("keys[0].value=" + SECRET, "keys[0].enabled=perhaps");
        assertAnalysis(output, "gemini.pool.keys[0].enabled could not be bound");
    }

    @Test
    void settingOutOfRange(CapturedOutput output) {
        start("keys=" + SECRET, "size=0");
        assertAnalysis(output, "gemini.pool.size is 0.", "Set gemini.pool.size to between 1 and 10000.");
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.CsvSource(delimiter = '|', textBlock = """
            callers[1].name=guild | gemini.pool.callers[1].name is guild. | a name that no earlier entry has
            callers[1].requests-per-minute=5 | gemini.pool.callers[1].name is missing. | a caller's name, or to *
            callers[0].tokens-per-minute=0 | gemini.pool.callers[0].tokens-per-minute is 0. | at least 1
            callers[0].requests-per-day=-1 | gemini.pool.callers[0].requests-per-day is -1. | at least 1
            callers[0].concurrency=0 | gemini.pool.callers[0].concurrency is 0. | at least 1
            callers[0].projects=shop,moon | gemini.pool.callers[0].projects[1] is moon. | a project of a key: shop
            """)
    void entryOfACallerThatCannotBe(String setting, String what, String toDo, CapturedOutput output) {
        start("keys[0].value=" + SECRET, "keys[0].project=shop", "callers[0].name=guild", setting);
        assertAnalysis(output, what, toDo);
    }

    @Test
    void contradictorySettings(CapturedOutput output) {
        start("keys=" + SECRET, "retry.initial-delay=20s");
        assertAnalysis(output, "gemini.pool.retry.max-delay is PT10S.", "at least retry.initial-delay (PT20S)");
    }

    @Test
    void insecureBaseUrl(CapturedOutput output) {
        start("keys=" + SECRET, "base-url=http://gemini.example");
        assertAnalysis(
                output, "gemini.pool.base-url is http://gemini.example.", "gemini.pool.allow-insecure-base-url=true");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "beta", "1", "v1beta/models", "v 1"})
    void invalidApiVersion(String version, CapturedOutput output) {
        start("keys=" + SECRET, "api-version=" + version);
        assertAnalysis(
                output,
                "gemini.pool.api-version is " + (version.isEmpty() ? "empty" : version) + ".",
                "Set gemini.pool.api-version to a version of the Gemini API, such as v1beta, v1 or v1alpha.");
    }

    @Test
    void nothingToShareThrough(CapturedOutput output) {
        start("keys=" + SECRET, "shared.enabled=true");
        assertAnalysis(
                output,
                "gemini.pool.shared.enabled is true, but there is no SharedStore. There is no single"
                        + " LettuceConnectionFactory",
                "gemini.pool.shared.enabled=false");
    }

    @Test
    void nothingToShareThroughForWantOfADependency() {
        assertThat(shared("io.github.geminipool.redis").getDescription()).contains("gemini-pool-redis is not on");
        FailureAnalysis noStarter = shared("org.springframework.boot.data.redis");
        assertThat(noStarter.getDescription()).contains("starter for Redis is not on");
        assertThat(noStarter.getAction()).contains("spring-boot-starter-data-redis");
    }

    private static FailureAnalysis shared(String missing) {
        return NoSharedStoreFailureAnalyzer.analyze(
                new NoSharedStoreException(false), new FilteredClassLoader(missing));
    }

    @Test
    void severalSharedStores() {
        FailureAnalysis analysis = NoSharedStoreFailureAnalyzer.analyze(
                new NoSharedStoreException(true), FailureAnalysisTests.class.getClassLoader());
        assertThat(analysis.getDescription()).contains("several beans of type SharedStore");
        assertThat(analysis.getAction()).contains("@Primary").doesNotContain("gemini-pool-redis");
    }

    @Test
    void noPrincipalForWantOfADependency() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(GeminiPoolAutoConfiguration.class))
                .withClassLoader(new FilteredClassLoader("org.springframework.security"))
                .withPropertyValues("gemini.pool.keys=" + SECRET, "gemini.pool.caller-resolver=principal")
                .run(context -> {
                    Throwable failure = Objects.requireNonNull(context.getStartupFailure());
                    FailureAnalysis analysis = new NoPrincipalFailureAnalyzer().analyze(failure);
                    assertThat(Objects.requireNonNull(analysis).getDescription())
                            .isEqualTo(
                                    "gemini.pool.caller-resolver is principal, but Spring Security is not on the class"
                                            + " path.");
                    assertThat(analysis.getAction()).contains("spring-boot-starter-security", "CallerResolver");
                });
    }

    @Test
    void keyInTheBaseUrl(CapturedOutput output) {
        start("keys=" + OTHER_SECRET, "base-url=https://gemini.example/?key=" + SECRET);
        assertAnalysis(output, "a URL without user, query and fragment");
    }

    @Test
    void showsTheOriginOfTheProperty(CapturedOutput output) {
        start("keys=" + SECRET + "," + SECRET);
        assertAnalysis(output, "It comes from System Environment Property \"gemini.pool.keys\".");
    }

    private static void assertAnalysis(CapturedOutput output, String... texts) {
        assertThat(output).contains("APPLICATION FAILED TO START").contains(texts);
        assertThat(Stream.of(SECRET, OTHER_SECRET).flatMap(FailureAnalysisTests::parts))
                .noneMatch(output.getAll()::contains);
    }

    /** Returns the secret, its halves (a character may have been inserted between them), and its last characters. */
    private static Stream<String> parts(String secret) {
        return Stream.of(secret, secret.substring(0, 20), secret.substring(20), secret.substring(secret.length() - 12));
    }

    /** Starts an application that must fail, with debug logging, which prints the exception as well. */
    private static void start(String... properties) {
        Map<String, Object> source = new LinkedHashMap<>();
        Arrays.stream(properties).map(property -> property.split("=", 2)).forEach(pair -> {
            String name = "gemini.pool." + pair[0];
            source.put(name, OriginTrackedValue.of(pair[1], new SystemEnvironmentOrigin(name)));
        });
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new OriginTrackedMapPropertySource("test", source));
        SpringApplication application = new SpringApplication(Application.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.setEnvironment(environment);
        application.setRegisterShutdownHook(false);
        Throwable failure =
                catchThrowable(() -> application.run("--logging.level.root=debug", "--spring.main.banner-mode=off"));
        assertThat(failure).isNotNull();
        assertThat(List.of(SECRET, OTHER_SECRET)).noneMatch(Throwables.getStackTrace(failure)::contains);
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({GeminiPoolAutoConfiguration.class, SslAutoConfiguration.class})
    static class Application {}

    @Test
    void urlWithoutAScheme(CapturedOutput output) {
        start("keys=" + SECRET, "base-url=generativelanguage.googleapis.com");
        assertAnalysis(
                output,
                "gemini.pool.base-url is a URL without a scheme or a host. It comes from System Environment Property",
                "Set gemini.pool.base-url to an absolute URL, such as https://generativelanguage.googleapis.com.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1beta", "v1", "v1alpha/"})
    void urlWithAVersion(String version, CapturedOutput output) {
        start("keys=" + SECRET, "base-url=https://generativelanguage.googleapis.com/" + version);
        assertAnalysis(
                output,
                "gemini.pool.base-url is a URL that ends with the version " + version.replace("/", "") + ",",
                "gemini.pool.api-version");
    }

    @Test
    void keyInQuotes(CapturedOutput output) {
        start("keys[0].value=\"" + SECRET + "\"");
        assertAnalysis(output, "gemini.pool.keys[0] is in quotation marks", "It comes from", "without quotation marks");
    }

    @Test
    void keysPartedBySemicolons(CapturedOutput output) {
        start("keys=" + SECRET + ";" + OTHER_SECRET);
        assertAnalysis(output, "gemini.pool.keys[0] has a semicolon", "separate several keys with commas");
    }

    @Test
    void singularName(CapturedOutput output) {
        start("key=" + SECRET);
        assertAnalysis(output, "gemini.pool.key is not a property", "It comes from", "gemini.pool.keys to the key");
    }

    @Test
    void unknownFieldOfAKey(CapturedOutput output) {
        start("keys[0].value=" + SECRET, "keys[0].tier=1");
        assertAnalysis(
                output,
                "gemini.pool.keys[0].tier is not a property of the pool. It comes from",
                "Describe it for the project of the key, in gemini.pool.projects");
    }

    @Test
    void misspelledProperty(CapturedOutput output) {
        start("keys=" + SECRET, "acquire-timout=1s");
        assertAnalysis(output, "gemini.pool.acquire-timout is not a property", "Did you mean acquire-timeout?");
    }

    @Test
    void misspelledFieldOfAnEntry(CapturedOutput output) {
        start("keys=" + SECRET, "models[0].name=m", "models[0].fallback=n");
        assertAnalysis(
                output,
                "gemini.pool.models[0].fallback is not a property of the pool",
                "An entry of gemini.pool.models has name, size, fallbacks, limits. Did you mean fallbacks?");
    }

    @Test
    void misspelledFieldBelowAnEntry(CapturedOutput output) {
        start("keys=" + SECRET, "projects[0].name=p", "projects[0].models[0].limits.requests-per-hour=1");
        assertAnalysis(
                output, "gemini.pool.projects[0].models[0].limits.requests-per-hour is not a property of the pool");
    }

    @Test
    void unknownSslBundle(CapturedOutput output) {
        start("keys=" + SECRET, "http.ssl.bundle=corporate");
        assertAnalysis(
                output, "gemini.pool.http.ssl.bundle is 'corporate', which does not exist.", "spring.ssl.bundle");
    }

    @Test
    void blankKeyFromAVariable(CapturedOutput output) {
        start("keys[0].value=${SHOP_KEY_1:}");
        assertAnalysis(output, "gemini.pool.keys[0] is blank.", "which refers to SHOP_KEY_1.");
    }

    @Test
    void missingKeysFile(CapturedOutput output) {
        start("keys-file=/no/such/keys");
        assertAnalysis(
                output,
                "gemini.pool.keys-file names /no/such/keys, which can't be read (NoSuchFileException)."
                        + " It comes from",
                "Check that it exists");
    }
}

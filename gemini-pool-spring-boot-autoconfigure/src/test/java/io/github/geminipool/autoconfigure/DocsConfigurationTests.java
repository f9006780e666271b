package io.github.geminipool.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.autoconfigure.keys.KeysFile;
import io.github.geminipool.failure.FailureKind;
import io.github.geminipool.key.ApiKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;

/** The YAML of README.md and docs configures a pool, and what the pages say of start-up is so. */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(60)
class DocsConfigurationTests {

    private static final Path DOCS = Path.of("../docs");
    private static final Path GETTING_STARTED = DOCS.resolve("getting-started.md");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z_0-9]+)}");

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(GeminiPoolAutoConfiguration.class));

    private static List<String> blocks(Path page) throws IOException {
        return Pattern.compile("(?ms)^```yaml\n(.*?)^```$")
                .matcher(Files.readString(page))
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    private static String block(String text) throws IOException {
        return blocks(GETTING_STARTED).stream()
                .filter(block -> block.contains(text))
                .findFirst()
                .orElseThrow();
    }

    /** Returns what Spring Boot makes of a file {@code application.yml}. */
    private static List<PropertySource<?>> sources(String folder, String yaml) throws IOException {
        return new YamlPropertySourceLoader()
                .load(folder + "application.yml", new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)) {
                    @Override
                    public String getDescription() {
                        return "class path resource [" + folder + "application.yml]";
                    }
                });
    }

    private ApplicationContextRunner with(List<PropertySource<?>> sources) {
        return runner.withInitializer(context -> sources.forEach(
                source -> context.getEnvironment().getPropertySources().addLast(source)));
    }

    private static Stream<String> ofThePool() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path page : List.of(
                Path.of("../README.md"), GETTING_STARTED, DOCS.resolve("configuration.md"), DOCS.resolve("api.md"))) {
            blocks(page).stream()
                    .filter(block -> block.startsWith("gemini") || block.startsWith("spring"))
                    .forEach(found::add);
        }
        assertThat(found).hasSizeGreaterThan(3);
        return found.stream();
    }

    @ParameterizedTest
    @MethodSource("ofThePool")
    void yamlConfiguresAPool(String yaml) throws IOException {
        List<String> variables = VARIABLE.matcher(yaml)
                .results()
                .map(found -> found.group(1) + "=key-of-" + found.group(1))
                .toList();
        String keys = yaml.contains("keys:") ? "other.keys=" : "gemini.pool.keys=a-key";
        with(sources("", yaml))
                .withPropertyValues(variables.toArray(String[]::new))
                .withPropertyValues(keys)
                .run(context -> assertThat(context.getBean(GeminiPool.class)).isNotNull());
    }

    @Test
    void startUpLineIsThatOfThePage(CapturedOutput output) throws IOException {
        with(sources("", block("name: shop-1\n")))
                .withPropertyValues("SHOP_KEY_1=a-key-1", "SHOP_KEY_2=a-key-2", "RESERVE_KEY=a-key-3")
                .run(context -> assertThat(context).hasNotFailed());
        String line = Pattern.compile("`(Gemini pool: [^`]+)`")
                .matcher(Files.readString(GETTING_STARTED))
                .results()
                .map(found -> found.group(1).replace('\n', ' '))
                .findFirst()
                .orElseThrow();
        assertThat(output).contains(line);
    }

    @Test
    void theFirstBuildInCiFailsAsThePageSays() throws IOException {
        String page = Files.readString(GETTING_STARTED).replace('\n', ' ');
        List<PropertySource<?>> sources = sources("", block("name: shop-1\n"));
        StandardEnvironment environment = new StandardEnvironment();
        sources.forEach(environment.getPropertySources()::addLast);
        ConfigurationPropertySources.attach(environment);
        with(sources).run(context -> {
            Throwable failure = Objects.requireNonNull(context.getStartupFailure());
            FailureAnalysis analysis = new InvalidKeyFailureAnalyzer(environment).analyze(failure);
            assertThat(page).contains(Objects.requireNonNull(analysis).getDescription());
        });
    }

    @Test
    void testsThatDoNotCallGeminiNeedNoKey(CapturedOutput output) throws IOException {
        List<PropertySource<?>> sources = new ArrayList<>(sources("config/", block("not-a-key")));
        sources.addAll(sources("", block("name: shop-1\n")));
        with(sources).withPropertyValues("gemini.pool.retry.initial-delay=1ms").run(context -> {
            assertThat(context).hasNotFailed();
            GeminiPool pool = context.getBean(GeminiPool.class);
            assertThat(pool.keyStats().keys()).hasSize(1);
            assertThat(pool.tryGenerateContent(GenerationRequest.of("Hi")).attempts())
                    .isNotEmpty()
                    .allSatisfy(attempt ->
                            assertThat(attempt).extracting("failure.kind").isEqualTo(FailureKind.NETWORK));
        });
        assertThat(output).contains("No key names the project 'reserve'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "other.keys=",
                "gemini.pool.keys[0]=${SHOP_KEY_1}",
                "gemini.pool.keys[0]='a-key-1'",
                "gemini.pool.keys=a-key-1,a-key-1",
                "gemini.pool.acquire-timout=1s",
                "gemini.pool.base-url=https://generativelanguage.googleapis.com/v1beta"
            })
    void messagesAreThoseOfThePage(String mistake, CapturedOutput output) throws IOException {
        String page = Files.readString(GETTING_STARTED);
        List<String> messages = Pattern.compile("(?m)^\\| (?!mistake|---)[^|]+ \\| (.*) \\|$")
                .matcher(page.substring(page.indexOf("| mistake |"), page.indexOf("Each message also")))
                .results()
                .map(row -> row.group(1))
                .toList();
        assertThat(messages).hasSize(6);

        SpringApplication application = new SpringApplication(GeminiPoolAutoConfiguration.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        List<String> arguments = new ArrayList<>(List.of("--" + mistake));
        if (!mistake.contains("keys")) {
            arguments.add("--gemini.pool.keys=a-key-1");
        }
        assertThat(catchThrowable(() -> application.run(arguments.toArray(String[]::new))))
                .isNotNull();

        assertThat(messages)
                .anySatisfy(message -> assertThat(Pattern.compile("`([^`]+)`")
                                .matcher(message)
                                .results()
                                .map(part -> part.group(1)))
                        .isNotEmpty()
                        .allSatisfy(part -> assertThat(output).contains(part)));
    }

    @Test
    void theSecretOfKubernetesIsAFileOfKeys(@TempDir Path folder) throws IOException {
        List<PropertySource<?>> documents = sources("", block("kind: Secret"));
        assertThat(documents).hasSize(2);
        Path file = folder.resolve("keys");
        Files.writeString(file, String.valueOf(documents.get(0).getProperty("stringData.keys")));

        assertThat(new KeysFile(file, "gemini.pool.keys-file").keys())
                .extracting(ApiKey::name)
                .containsExactly("shop-1", "reserve");

        String containers = "spec.template.spec.containers[0].";
        PropertySource<?> deployment = documents.get(1);
        Object mounted = deployment.getProperty(containers + "volumeMounts[0].mountPath");
        assertThat(deployment.getProperty(containers + "env[0].value")).isEqualTo(mounted + "/keys");
        assertThat(deployment.getProperty("spec.template.spec.volumes[0].secret.secretName"))
                .isEqualTo(documents.get(0).getProperty("metadata.name"));
        Map<String, String> environment =
                Map.of(String.valueOf(deployment.getProperty(containers + "env[0].name")), file.toString());
        runner.withInitializer(context -> context.getEnvironment()
                        .getPropertySources()
                        .addFirst(new SystemEnvironmentPropertySource("systemEnvironment", Map.copyOf(environment))))
                .run(context -> assertThat(
                                context.getBean(GeminiPool.class).keys().names())
                        .containsExactly("shop-1", "reserve"));
    }
}

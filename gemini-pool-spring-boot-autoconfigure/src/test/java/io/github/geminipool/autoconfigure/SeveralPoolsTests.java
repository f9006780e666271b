package io.github.geminipool.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.genai.Client;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.autoconfigure.endpoint.GeminiPoolEndpoint;
import io.github.geminipool.autoconfigure.endpoint.PoolDescriptor;
import io.github.geminipool.autoconfigure.endpoint.PoolsDescriptor;
import io.github.geminipool.autoconfigure.keys.KeysFileWatch;
import io.github.geminipool.event.AttemptEnded;
import io.github.geminipool.event.PoolListener;
import io.github.geminipool.simulator.GeminiSimulatorExtension;
import io.github.geminipool.simulator.KeyState;
import io.github.geminipool.spi.SelectionStrategy;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** {@code gemini.pools}: several pools in an application, each with what a single one has, and apart from the others. */
@Timeout(120)
class SeveralPoolsTests {

    @RegisterExtension
    final GeminiSimulatorExtension first = GeminiSimulatorExtension.with(b -> b.key("first-key-1"));

    @RegisterExtension
    final GeminiSimulatorExtension second = GeminiSimulatorExtension.with(b -> b.key("second-key-2"));

    @TempDir
    Path directory;

    private final ApplicationContextRunner runner = VisiblePools.runner();

    /** A pool of {@code gemini.pool} on the first simulator, and one of {@code gemini.pools.shop} on the second. */
    private ApplicationContextRunner two() {
        return runner.withPropertyValues(
                "gemini.pool.base-url=" + first.baseUrl(),
                "gemini.pool.keys[0].value=first-key-1",
                "gemini.pool.keys[0].name=one",
                "gemini.pools.shop.base-url=" + second.baseUrl(),
                "gemini.pools.shop.keys[0].value=second-key-2",
                "gemini.pools.shop.keys[0].name=two",
                "gemini.pools.shop.size=3");
    }

    private static GeminiPool pool(ApplicationContext context, String name) {
        return context.getBean(name, GeminiPool.class);
    }

    @Configuration(proxyBeanMethods = false)
    static class Injected {

        record All(GeminiPool primary, GeminiPool shop, Client client, Client shopClient) {}

        @Bean
        All all(
                GeminiPool primary,
                @Qualifier("shop") GeminiPool shop,
                Client client,
                @Qualifier("shop") Client shopClient) {
            return new All(primary, shop, client, shopClient);
        }
    }

    @Test
    void eachIsInjectedByItsNameAndThatOfGeminiPoolWithoutOne() {
        two().withUserConfiguration(Injected.class).run(context -> {
            Injected.All all = context.getBean(Injected.All.class);
            assertThat(all.primary()).isSameAs(pool(context, "geminiPool"));
            assertThat(all.shop()).isSameAs(pool(context, "shop")).isNotSameAs(all.primary());
            assertThat(all.client()).isSameAs(all.primary().client());
            assertThat(all.shopClient()).isSameAs(all.shop().client());
            assertThat(context.getBean(GeminiPool.class)).isSameAs(all.primary());
        });
    }

    @Test
    void keysAndCallsAreApart() {
        two().run(context -> {
            pool(context, "geminiPool").generateContent("Hi");
            pool(context, "shop").generateContent("Hi");
            pool(context, "shop").generateContent("Hi");

            assertThat(first.simulator().requestsByKey()).isEqualTo(Map.of("first-key-1", 1L));
            assertThat(second.simulator().requestsByKey()).isEqualTo(Map.of("second-key-2", 2L));
            assertThat(pool(context, "shop").keys().names()).containsExactly("two");
            assertThat(pool(context, "shop").stats().models().get(0).size()).isEqualTo(3);
        });
    }

    @Test
    void metersAreApart() {
        two().run(context -> {
            pool(context, "geminiPool")
                    .generateContent(GenerationRequest.of("Hi").model("m"));
            pool(context, "shop").generateContent(GenerationRequest.of("Hi").model("m"));
            pool(context, "shop").generateContent(GenerationRequest.of("Hi").model("m"));
            MeterRegistry registry = context.getBean(MeterRegistry.class);

            assertThat(registry.get("gemini.pool.calls")
                            .tags("pool", "geminiPool")
                            .timer()
                            .count())
                    .isOne();
            assertThat(registry.get("gemini.pool.calls")
                            .tags("pool", "shop")
                            .timer()
                            .count())
                    .isEqualTo(2);
            assertThat(registry.get("gemini.pool.instances")
                            .tags("pool", "shop", "state", "idle")
                            .gauge()
                            .value())
                    .isEqualTo(3);
            assertThat(registry.getMeters())
                    .filteredOn(meter -> meter.getId().getName().startsWith("gemini.pool."))
                    .allMatch(meter -> meter.getId().getTag("pool") != null);
            assertThat(registry.get("gemini.pool.key.attempts").meters())
                    .extracting(meter ->
                            meter.getId().getTag("pool") + " " + meter.getId().getTag("key"))
                    .containsExactlyInAnyOrder("geminiPool one", "shop two");
        });
    }

    @Test
    void theMetersOfASinglePoolAreWhatTheyWere() {
        runner.withPropertyValues(
                        "gemini.pools.shop.base-url=" + second.baseUrl(), "gemini.pools.shop.keys=second-key-2")
                .run(context -> assertThat(metersOf(context)).isEqualTo(SINGLE));
        runner.withPropertyValues("gemini.pool.base-url=" + first.baseUrl(), "gemini.pool.keys=first-key-1")
                .run(context -> assertThat(metersOf(context)).isEqualTo(SINGLE));
    }

    private static final List<String> SINGLE = List.of(
            "gemini.pool.acquire[model]",
            "gemini.pool.attempts[model, outcome, service.tier]",
            "gemini.pool.caller.calls[caller, outcome]",
            "gemini.pool.calls[model, outcome]",
            "gemini.pool.instances[model, state]",
            "gemini.pool.key.attempts[key, model, outcome]",
            "gemini.pool.key.cooldown[key]",
            "gemini.pool.key.health[key]",
            "gemini.pool.key.rejected[key]",
            "gemini.pool.key.tokens[key, type]",
            "gemini.pool.keys.out[kind]",
            "gemini.pool.keys.usable[]",
            "gemini.pool.keys[state]",
            "gemini.pool.model.keys.usable[model]",
            "gemini.pool.pending[model]",
            "gemini.pool.tokens[model, type]");

    private static List<String> metersOf(ApplicationContext context) {
        context.getBean(GeminiPool.class).generateContent("Hi");
        return context.getBean(MeterRegistry.class).getMeters().stream()
                .map(Meter::getId)
                .filter(id -> id.getName().startsWith("gemini.pool."))
                .map(id -> id.getName()
                        + id.getTags().stream().map(tag -> tag.getKey()).toList())
                .distinct()
                .sorted()
                .toList();
    }

    @Test
    void healthIsApart() {
        two().run(context -> {
            second.simulator().keyState("second-key-2", KeyState.INVALID);
            pool(context, "geminiPool").generateContent("Hi");
            pool(context, "shop").tryGenerateContent(GenerationRequest.of("Hi").acquireTimeout(Duration.ZERO));

            CompositeHealthContributor health =
                    context.getBean("geminiPoolHealthIndicator", CompositeHealthContributor.class);

            assertThat(status(health, "geminiPool")).isEqualTo(Status.UP);
            assertThat(status(health, "shop")).isEqualTo(Status.OUT_OF_SERVICE);
        });
    }

    private static Status status(CompositeHealthContributor health, String pool) {
        HealthIndicator indicator = (HealthIndicator) Objects.requireNonNull(health.getContributor(pool));
        Health of = Objects.requireNonNull(indicator.health(true));
        return of.getStatus();
    }

    @Test
    void theEndpointShowsAndControlsEach() {
        two().run(context -> {
            pool(context, "shop").generateContent(GenerationRequest.of("Hi").model("m"));
            GeminiPoolEndpoint endpoint = context.getBean(GeminiPoolEndpoint.class);

            Map<String, PoolDescriptor> all = ((PoolsDescriptor) endpoint.pool(null, null)).pools();
            assertThat(all.keySet()).containsExactly("geminiPool", "shop");
            assertThat(Objects.requireNonNull(all.get("geminiPool")).calls()).isZero();
            assertThat(((PoolDescriptor) endpoint.pool(null, "shop")).calls()).isOne();
            assertThat(endpoint.model(new String[] {"m"}, "shop")).isNotNull();
            assertThat(endpoint.model(new String[] {"m"}, "geminiPool")).isNull();
            assertThat(Objects.requireNonNull(endpoint.act("reload-keys", null, "shop"))
                            .notes())
                    .singleElement()
                    .asString()
                    .startsWith("gemini.pools.shop.keys was not read again");
            endpoint.act("disable-key", "two", "shop");
            assertThat(pool(context, "shop").keyStats().usable()).isZero();
            assertThat(refusal(() -> endpoint.act("check", null, null)))
                    .isEqualTo("There are several pools; name one of [geminiPool, shop] as 'pool'");
            assertThat(refusal(() -> endpoint.pool(null, "moon")))
                    .isEqualTo("Unknown pool 'moon'; the application has [geminiPool, shop]");
        });
    }

    private static String refusal(Runnable call) {
        try {
            call.run();
            return "none";
        } catch (InvalidEndpointRequestException e) {
            return String.valueOf(e.getReason());
        }
    }

    @Test
    void theOnlyOneIsInjectedWithoutAName() {
        runner.withPropertyValues(
                        "gemini.pools.shop.base-url=" + second.baseUrl(), "gemini.pools.shop.keys=second-key-2")
                .withUserConfiguration(Injected.class)
                .run(context -> {
                    Injected.All all = context.getBean(Injected.All.class);
                    assertThat(all.primary()).isSameAs(all.shop());
                    assertThat(all.client()).isSameAs(all.shopClient());
                    assertThat(context.getBean(GeminiPoolEndpoint.class).pool(null, null))
                            .isInstanceOf(PoolDescriptor.class);
                    assertThat(context.getBean("geminiPoolHealthIndicator")).isInstanceOf(HealthIndicator.class);
                });
    }

    @Test
    void severalWithoutOneOfGeminiPoolAreInjectedByTheirNamesOnly() {
        runner.withPropertyValues("gemini.pools.shop.keys=second-key-2", "gemini.pools.blog.keys=first-key-1")
                .run(context -> {
                    assertThat(context).hasNotFailed().doesNotHaveBean("geminiPool");
                    assertThat(BeanFactoryAnnotationUtils.qualifiedBeanOfType(
                                    context.getBeanFactory(), Client.class, "blog"))
                            .isSameAs(pool(context, "blog").client());
                });
    }

    @Test
    void oneThatIsNotEnabledIsNone() {
        two().withPropertyValues("gemini.pools.shop.enabled=false")
                .run(context ->
                        assertThat(context).hasSingleBean(GeminiPool.class).doesNotHaveBean("shopClient"));
    }

    @Configuration(proxyBeanMethods = false)
    static class Serving {

        private static final List<String> SEEN = new CopyOnWriteArrayList<>();

        @Bean
        GeminiPoolBuilderCustomizer ofAll() {
            return builder -> SEEN.add("all " + builder.settings().size());
        }

        @Bean
        @Qualifier("shop")
        GeminiPoolBuilderCustomizer ofShop() {
            return builder -> SEEN.add("shop " + builder.settings().size());
        }

        @Bean
        @Qualifier("geminiPool")
        PoolListener ofPrimary() {
            return new PoolListener() {
                @Override
                public void attemptEnded(AttemptEnded event) {
                    SEEN.add("attempt with " + event.key());
                }
            };
        }

        @Bean
        @Qualifier("shop")
        SelectionStrategy strategy() {
            return candidate -> {
                SEEN.add("choice of " + candidate.keyName());
                return 1;
            };
        }
    }

    @Test
    void beansServeThePoolOfTheirQualifierAndAllIfItIsNoPools() {
        Serving.SEEN.clear();
        two().withUserConfiguration(Serving.class).run(context -> {
            assertThat(Serving.SEEN).containsExactlyInAnyOrder("all 10", "all 3", "shop 3");
            Serving.SEEN.clear();
            pool(context, "shop").generateContent("Hi");
            pool(context, "geminiPool").generateContent("Hi");
            assertThat(Serving.SEEN).contains("attempt with one").doesNotContain("attempt with two", "choice of one");
            assertThat(Serving.SEEN).contains("choice of two");
        });
    }

    @Test
    void eachHasItsFileOfKeys() throws IOException {
        Path file = Files.writeString(directory.resolve("keys"), "name=two,value=second-key-2");
        runner.withPropertyValues(
                        "gemini.pool.keys=first-key-1",
                        "gemini.pools.shop.keys-file=" + file,
                        "gemini.pools.shop.keys-file-interval=0s")
                .run(context -> {
                    Files.writeString(file, "name=three,value=third-key-3");
                    KeysFileWatch watch = context.getBean("shopKeysFileWatch", KeysFileWatch.class);
                    watch.look();
                    watch.look();
                    assertThat(pool(context, "shop").keys().names()).containsExactly("three");
                    assertThat(pool(context, "geminiPool").keys().names()).containsExactly("Key #1");
                });
    }

    /** Stops just after the pools, before any bean is destroyed. */
    static final class StoppedLater implements SmartLifecycle {

        private final List<GeminiPool> pools = new CopyOnWriteArrayList<>();
        private final List<String> states = new CopyOnWriteArrayList<>();

        @Override
        public void start() {}

        @Override
        public void stop() {
            pools.forEach(pool -> states.add(pool.toString()));
        }

        @Override
        public boolean isRunning() {
            return true;
        }

        @Override
        public int getPhase() {
            return GeminiPoolLifecycle.PHASE - 1;
        }
    }

    @Test
    void allAreClosedBeforeBeansAreDestroyed() {
        StoppedLater later = new StoppedLater();
        two().withBean(StoppedLater.class, () -> later).run(context -> {
            later.pools.add(pool(context, "geminiPool"));
            later.pools.add(pool(context, "shop"));
        });
        assertThat(later.states).hasSize(2).allMatch(state -> state.contains("closed"));
    }
}

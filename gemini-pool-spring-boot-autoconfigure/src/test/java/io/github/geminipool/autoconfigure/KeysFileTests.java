package io.github.geminipool.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import io.github.geminipool.autoconfigure.keys.InvalidKeyException;
import io.github.geminipool.autoconfigure.keys.KeysFile;
import io.github.geminipool.autoconfigure.keys.KeysFileWatch;
import io.github.geminipool.key.ApiKey;
import io.github.geminipool.simulator.GeminiSimulatorExtension;
import io.github.geminipool.testing.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.util.TestPropertyValues;

/** {@code gemini.pool.keys-file}: read at start, and again whenever it changes. */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class KeysFileTests {

    @RegisterExtension
    final GeminiSimulatorExtension simulator =
            GeminiSimulatorExtension.with(b -> b.key("first-key-1").key("second-key-2"));

    @TempDir
    Path directory;

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(GeminiPoolAutoConfiguration.class));

    private Path write(String name, String text) {
        try {
            return Files.writeString(directory.resolve(name), text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private interface Use {
        void of(GeminiPool pool, KeysFileWatch watch) throws Exception;
    }

    private void running(Path file, Use use) {
        runner.withPropertyValues(
                        "gemini.pool.keys-file=" + file,
                        "gemini.pool.keys-file-interval=0s",
                        "gemini.pool.base-url=" + simulator.baseUrl())
                .run(context -> use.of(context.getBean(GeminiPool.class), context.getBean(KeysFileWatch.class)));
    }

    private static void lookTwice(KeysFileWatch watch) {
        watch.look();
        watch.look();
    }

    @Test
    void linesAreKeysOrHaveANameAndAProject() {
        Path file = write("keys", """
            # from the vault
            plain-key-1

            name=shop,project=retail,value=second-key-2
            project=retail, value=key,with=name=signs
            value=third-key-3
            """);

        List<ApiKey> keys = new KeysFile(file, "gemini.pool.keys-file").keys();

        assertThat(keys).extracting(ApiKey::name).containsExactly(null, "shop", null, null);
        assertThat(keys).extracting(ApiKey::project).containsExactly(null, "retail", "retail", null);
        assertThat(keys)
                .extracting(key -> key.secret().fingerprint("test"))
                .isEqualTo(List.of("plain-key-1", "second-key-2", "key,with=name=signs", "third-key-3").stream()
                        .map(text -> ApiKey.of(text).secret().fingerprint("test"))
                        .toList());
    }

    @Test
    void aDirectoryHasAFileForEachKey() throws Exception {
        Files.createDirectory(directory.resolve("..data-1"));
        write("shop", "first-key-1\n");
        write("blog", "name=journal,value=second-key-2");
        write(".hidden", "third-key-3");

        assertThat(new KeysFile(directory, "gemini.pool.keys-file").keys())
                .extracting(ApiKey::name)
                .containsExactly("journal", "shop");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "# nothing\n",
                "name=shop",
                "name=shop,project=retail",
                "name=shop,the-key-7",
                "'the-key-7'",
                "the-key-7;other-key-8",
                "the-key-7 other-key-8",
                "[the-key-7, other-key-8]",
                "${the-key-7}",
                "shop=AQ.the-key-7-of-google-with-more",
                "Name=shop,Value=AQ.the-key-7-of-google-with-more",
                "AQ.the-key-7-of-google-with-more,AQ.other-key-8-of-google-with-more",
                "THE_API_KEY=the-key-7",
                "value=the-key-7,name=shop",
                "name=AIzaSyB-1234567890_abcdefghijkthe-key-7,value=shop",
                "the-key-7\nthe-key-7",
                "name=a,value=the-key-7\nname=a,value=other-key-8"
            })
    void aMalformedFileIsRefusedWithoutBeingShown(String text) {
        Path file = write("keys", text);
        assertThatThrownBy(() -> new KeysFile(file, "gemini.pool.keys-file").keys())
                .isInstanceOf(InvalidKeyException.class)
                .hasMessageStartingWith("gemini.pool.keys-file names " + file)
                .hasMessageNotContainingAny("the-key-7", "other-key-8");
    }

    @Test
    void aChangeIsTakenOverAndSaid(CapturedOutput output) {
        Path file = write("keys", "name=shop,value=first-key-1\nname=old,value=gone-key-9\n");
        running(file, (pool, watch) -> {
            write("keys", "name=shop,value=second-key-2\nname=new,value=first-key-1\n");
            watch.look();
            assertThat(pool.keys().names()).as("a file may be half written").containsExactly("shop", "old");
            watch.look();

            assertThat(pool.keys().names()).containsExactlyInAnyOrder("shop", "new");
            assertThat(pool.generateContent("Hi").text()).isNotBlank();
            assertThat(output).contains("Reloaded the keys: ").doesNotContain("second-key-2");
        });
    }

    @Test
    void aSwappedSymbolicLinkIsAChange() throws Exception {
        Path first = Files.createDirectory(directory.resolve("one"));
        Path second = Files.createDirectory(directory.resolve("two"));
        Files.writeString(first.resolve("keys"), "name=shop,value=first-key-1");
        Files.writeString(second.resolve("keys"), "name=shop,value=second-key-2");
        Path link = Files.createSymbolicLink(directory.resolve("data"), first);
        running(link.resolve("keys"), (pool, watch) -> {
            pool.generateContent("Hi");
            Path swapped = Files.createSymbolicLink(directory.resolve("next"), second);
            Files.move(swapped, link, StandardCopyOption.ATOMIC_MOVE);
            lookTwice(watch);
            simulator.simulator().removeKey("first-key-1");

            pool.generateContent("Hi");
            assertThat(simulator.simulator().requestsByKey()).containsOnlyKeys("first-key-1", "second-key-2");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "name=shop,proj", "name=shop,value=first-key-1\nname=oth"})
    void anEmptyOrHalfWrittenFileChangesNothingAndIsSaid(String text, CapturedOutput output) {
        Path file = write("keys", "name=shop,value=first-key-1");
        running(file, (pool, watch) -> {
            write("keys", text);
            lookTwice(watch);
            lookTwice(watch);

            assertThat(pool.keys().names()).containsExactly("shop");
            assertThat(pool.generateContent("Hi").text()).isNotBlank();
            assertThat(output.getAll().split("Could not reload the keys: gemini.pool.keys-file", -1))
                    .as("said once")
                    .hasSize(2);
        });
    }

    @Test
    void aChangeWhileThePoolIsBuiltIsNotLost() {
        Path file = write("keys", "name=shop,value=first-key-1");
        runner.withPropertyValues("gemini.pool.keys-file=" + file, "gemini.pool.keys-file-interval=0s")
                .withBean(
                        GeminiPoolBuilderCustomizer.class,
                        () -> builder -> write("keys", "name=next,value=second-key-2"))
                .run(context -> {
                    KeysFileWatch watch = context.getBean(KeysFileWatch.class);
                    lookTwice(watch);
                    assertThat(context.getBean(GeminiPool.class).keys().names()).containsExactly("next");
                });
    }

    @Test
    void anIntervalOfLessThanAMillisecondIsOne() {
        Path file = write("keys", "name=shop,value=first-key-1");
        runner.withPropertyValues("gemini.pool.keys-file=" + file, "gemini.pool.keys-file-interval=10us")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void aByteOrderMarkIsNoPartOfAKey() {
        Path file = write("keys", "\ufeffname=shop,value=first-key-1");
        assertThat(new KeysFile(file, "gemini.pool.keys-file").keys())
                .extracting(ApiKey::name)
                .containsExactly("shop");
    }

    @Test
    void aNameThatCannotBeIsToldWithItsLine() {
        Path file = write("keys", "plain-key-1\nname=sh\top,value=the-key-7");
        assertThatThrownBy(() -> new KeysFile(file, "gemini.pool.keys-file").keys())
                .isInstanceOf(InvalidKeyException.class)
                .hasMessageContaining("line 2")
                .hasMessageNotContaining("the-key-7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sh\top", "AQ.the-key-of-twenty-characters-7"})
    void aFileWhoseNameCannotBeAKeysIsRefused(String name) {
        write(name, "the-key-7");
        assertThatThrownBy(() -> new KeysFile(directory, "gemini.pool.keys-file").keys())
                .isInstanceOf(InvalidKeyException.class)
                .hasMessageContaining("has a file whose name")
                .hasMessageNotContaining(name);
    }

    @Test
    void aMissingFileChangesNothing() throws Exception {
        Path file = write("keys", "name=shop,value=first-key-1");
        running(file, (pool, watch) -> {
            Files.delete(file);
            lookTwice(watch);
            assertThat(pool.keys().names()).containsExactly("shop");
            write("keys", "name=back,value=second-key-2");
            lookTwice(watch);
            assertThat(pool.keys().names()).containsExactly("back");
        });
    }

    @Test
    void aRunningCallEndsWithTheOldKey() {
        Path file = write("keys", "name=shop,value=first-key-1");
        running(file, (pool, watch) -> {
            var stream = pool.generateContentStream(GenerationRequest.of("Hi"));
            write("keys", "name=shop,value=second-key-2");
            lookTwice(watch);
            stream.forEach(part -> {});
            stream.close();
            CompletableFuture<?> next = pool.generateContentAsync("Hi");
            next.get(30, TimeUnit.SECONDS);
            assertThat(simulator.simulator().requests())
                    .extracting(request -> request.key())
                    .containsExactly("first-key-1", "second-key-2");
        });
    }

    @Test
    void theFileIsPolled() {
        Path file = write("keys", "name=shop,value=first-key-1");
        runner.withPropertyValues("gemini.pool.keys-file=" + file, "gemini.pool.keys-file-interval=20ms")
                .run(context -> {
                    write("keys", "name=next,value=second-key-2");
                    assertThat(Eventually.holds(
                                    () -> context.getBean(GeminiPool.class)
                                            .keys()
                                            .names()
                                            .equals(List.of("next")),
                                    Duration.ofSeconds(30)))
                            .isTrue();
                });
    }

    @Test
    void keysCanSwapTheirNames() {
        Path file = write("keys", "name=a,value=first-key-1\nname=b,value=second-key-2\n");
        running(file, (pool, watch) -> {
            write("keys", "name=a,value=second-key-2\nname=b,value=first-key-1\n");
            lookTwice(watch);

            assertThat(pool.keys().names()).containsExactlyInAnyOrder("a", "b");
            pool.generateContent(GenerationRequest.of("Hi").onlyKeys("a"));
            assertThat(simulator.simulator().requestsByKey()).containsOnlyKeys("second-key-2");
        });
    }

    @Test
    void aReloadThatFailedForAnotherReasonIsTriedAgainUntilItSucceeds(CapturedOutput output) {
        Path file = write("keys", "name=shop,value=first-key-1");
        runner.withPropertyValues("gemini.pool.keys-file=" + file, "gemini.pool.keys-file-interval=0s")
                .run(context -> {
                    GeminiPool pool = context.getBean(GeminiPool.class);
                    KeysFileWatch watch = context.getBean(KeysFileWatch.class);
                    TestPropertyValues.of("gemini.pool.keys=no key").applyTo(context);
                    write("keys", "name=next,value=second-key-2");
                    for (int i = 0; i < 40; i++) {
                        watch.look();
                    }
                    assertThat(pool.keys().names()).containsExactly("shop");
                    assertThat(output.getAll().split("Could not reload the keys", -1))
                            .as("ever more seldom: after 1, 2, 4, 8 and 16 looks")
                            .hasSize(7);

                    TestPropertyValues.of("gemini.pool.keys=").applyTo(context);
                    for (int i = 0; i < 64; i++) {
                        watch.look();
                    }
                    assertThat(pool.keys().names()).containsExactly("next");
                });
    }
}

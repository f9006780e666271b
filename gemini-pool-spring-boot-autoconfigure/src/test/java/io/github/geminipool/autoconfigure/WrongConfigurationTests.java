package io.github.geminipool.autoconfigure;

import static io.github.geminipool.autoconfigure.FailedStart.PASSWORD;
import static io.github.geminipool.autoconfigure.FailedStart.SECRET;
import static io.github.geminipool.autoconfigure.FailedStart.assertAnalysis;
import static io.github.geminipool.autoconfigure.FailedStart.fails;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.genai.Client;
import io.github.geminipool.GeminiPool;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Ways to write a wrong configuration: each says what is wrong, where it comes from and what to do, and shows no secret. */
@ExtendWith(OutputCaptureExtension.class)
class WrongConfigurationTests {

    @Configuration(proxyBeanMethods = false)
    static class UserOfAPool {

        @Bean
        String use(@Qualifier("shoppMedia") GeminiPool pool) {
            return pool.toString();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class UserOfTheClientOfAnOwnPool {

        @Bean
        GeminiPool red() {
            return GeminiPool.builder().key("one-secret").build();
        }

        @Bean
        GeminiPool blue() {
            return GeminiPool.builder().key("two-secret").build();
        }

        @Bean
        String use(@Qualifier("red") Client client) {
            return client.getClass().getName();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        gemini.pools.media=(KEY) | gemini.pools.media is a value or a list, which no pool is. | gemini.pool.keys
        gemini.pools.keys=(KEY),(KEY) | gemini.pools.keys is a value or a list | gemini.pools.shop.keys
        gemini.pools.keys[0]=(KEY) | gemini.pools.keys is a value or a list | gemini.pool.keys
        gemini.pools.keys[0].value=(KEY) | gemini.pools.keys is a value or a list | gemini.pool.keys
        gemini.pool=(KEY) | gemini.pool has a value, which means nothing: keys are set as gemini.pool.keys. It comes from | keys
        gemini.pool.keys-file=(KEY) | gemini.pool.keys-file is a key instead of the path of a file. It comes from | path
        gemini.pool.keys.shop=(KEY) | gemini.pool.keys.shop is not a property | gemini.pool.keys is a list.
        gemini.pools.a.keys.shop=(KEY) | gemini.pools.a.keys.shop is not a property | gemini.pools.a.keys is a list.
        """)
    void aKeyInTheWrongPlace(String property, String what, String toDo, CapturedOutput output) {
        fails(new Class<?>[0], property.replace("(KEY)", SECRET));
        assertAnalysis(output, what, toDo);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        keys[1].name=(KEY) | keys[1].name is a key instead of a name. It comes from | Set it to a name
        keys[1].project=(KEY) | keys[1].project is a key instead of a name. It comes from | Set it to a name
        keys[1].name=sh\top | keys[1].name can't be used. The name of a key must not have a control character | visible
        keys[1].project=sh\top | keys[1].project can't be used. The project of a key must not | visible characters
        keys[1].name=the-second-key | keys[1].name can't be used. The name of a key must not contain its secret | Set it
        keys[1].name=Key #1 | keys[1] has the same name, 'Key #1', as gemini.pool.keys[0]. It comes from | Remove or change
        keys[1].value=[the-key-7 | keys[1] is in brackets, which would become part of the key. It comes from | by itself
        keys[1].value=the-key-7] | keys[1] is in brackets, which would become part of the key. It comes from | by itself
        keys[1].value=<the-key-7> | keys[1] is in brackets, which would become part of the key. It comes from | by itself
        keys[1].value=$SHOP_KEY | keys[1] refers to a variable, for which nothing has put its value. | by itself
        keys[1].value=AQ.${SHOP_KEY} | keys[1] refers to a variable, for which nothing has put its value. | by itself
        keys[1].value=name=shop | keys[1] has a name=, project= or value=, which only a line of a file of keys has | by itself
        keys[1].value=SHOP_KEY=the-key-7 | keys[1] begins with the name of a variable and an equals sign | by itself
        projects[0].name=sh\top | projects[0].name is a text with an invisible character. It comes from | to one without
        projects[0].billing-account=sh\top | projects[0].billing-account is a text with an invisible character. | without
        models[0].name=models/m | models[0].name is models/m. It comes from | without the prefix 'models/'
        projects[0].models[0].name=models/m | projects[0].models[0].name is models/m. | without the prefix 'models/'
        callers[0].models=m,models/n | callers[0].models[1] is models/n. | without the prefix 'models/'
        projects.shop.tier=1 | projects.shop.tier is not a property | gemini.pool.projects is a list.
        models.m.size=1 | models.m.size is not a property | as in gemini.pool.models[0].name.
        keys-file-interval=-5s | keys-file-interval is PT-5S. It comes from | 0 (never), or up to a day
        http.read-timeout=500us | http.read-timeout is PT0.0005S. It comes from | 0 (no limit), or from 1ms to 24d
        http.read-timeout=30d | http.read-timeout is PT720H. It comes from | 0 (no limit), or from 1ms to 24d
        http.connect-timeout=30d | http.connect-timeout is PT720H. It comes from | 0 (no limit), or from 1ms to 24d
        http.proxy=proxy.example:3128:me:PASSWORD | http.proxy is not of the form host:port. It comes from | proxy-password
        http.proxy=me:PASSWORD | http.proxy is not of the form host:port. It comes from | proxy-password
        keys[1].value=shop=(KEY) | keys[1] has something before the key, such as a name or another key | by itself
        keys[1].value=-(KEY) | keys[1] has something before the key, such as a name or another key | by itself
        keys[1].value=(KEY),(KEY) | keys[1] has something before the key, such as a name or another key | by itself
        keys-file=${NOT_SET} | keys-file is ${NOT_SET}, which is not set. It comes from | or property of the name NOT_SET
        default-model=${NOT_SET} | default-model is ${NOT_SET}, which is not set. It comes from | name NOT_SET
        callers[0].models=m,${NOT_SET} | callers[0].models is ${NOT_SET}, which is not set. It comes from | name NOT_SET
        keys-file-interval=2d | keys-file-interval is PT48H. It comes from | 0 (never), or up to a day
        retry.max-delay=999999999d | retry.max-delay is PT23999999976H. It comes from | at most a day
        projects[2].name=q | projects[2].name could not be bound. It comes from | gemini.pool.projects, and of the lists
        callers[0].models[1]=m | callers[0].models[1] could not be bound. It comes from | gemini.pool.callers, and of
        base-url=https://host.example/v1beta/models | base-url is a URL that ends with the version v1beta | api-version
        base-url=https://host.example/v1beta/openai/ | base-url is a URL that ends with the version v1beta | api-version
        """)
    void aValueThatCannotBe(String property, String what, String toDo, CapturedOutput output) {
        fails(
                new Class<?>[0],
                "gemini.pool.keys[0].value=the-first-key",
                property.contains("keys[1].value") ? "gemini.pool.size=2" : "gemini.pool.keys[1].value=the-second-key",
                property.contains("projects[0].name") ? "gemini.pool.size=2" : "gemini.pool.projects[0].name=p",
                "gemini.pool.callers[0].name=c",
                "gemini.pool."
                        + property.replace("\\t", "\t").replace("(KEY)", SECRET).replace("PASSWORD", PASSWORD));
        assertAnalysis(output, "gemini.pool." + what, toDo);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gemini.pool.keys=", "gemini.pool.keys=${MY_KEYS}", "gemini.pool.keys-file=${MY_KEYS}"})
    void anEmptyVariableIsNamed(String property, CapturedOutput output) {
        fails(new Class<?>[0], "MY_KEYS=", property);
        assertAnalysis(
                output,
                "No Gemini API key is configured, so the pool cannot be created. "
                        + property.substring(0, property.indexOf('=')) + " is empty. It comes from");
        assertThat(output.getAll().contains("which refers to MY_KEYS")).isEqualTo(property.contains("MY_KEYS"));
    }

    @Test
    void aQualifierThatNamesNoPool(CapturedOutput output) {
        fails(
                new Class<?>[] {UserOfAPool.class},
                "gemini.pool.keys=first-key-1",
                "gemini.pools.shopMedia.keys=second-key-2");
        assertAnalysis(
                output,
                "There is no pool named 'shoppMedia'. The application has shopmedia, geminiPool.",
                "Did you mean 'shopmedia'?");
    }

    @Test
    void aClientOfAnOwnPool(CapturedOutput output) {
        fails(new Class<?>[] {UserOfTheClientOfAnOwnPool.class});
        assertAnalysis(
                output,
                "There is no Client of the pool 'red', since the application defines the pool itself.",
                "use its client()");
    }

    private static void starts(String... properties) {
        SpringApplication application = new SpringApplication(FailedStart.Application.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        application
                .run(Arrays.stream(properties)
                        .map(property -> "--gemini.pool." + property)
                        .toArray(String[]::new))
                .close();
    }

    @Test
    void numbersWithoutAUnitThatAreHardlyMeant(CapturedOutput output) {
        starts(
                "keys=first-key-1",
                "http.read-timeout=300",
                "acquireTimeout=30",
                "http.max-answer-size=128",
                "http.connect-timeout=5000",
                "http.call-timeout=0",
                "retry.initial-delay=200",
                "health.window=5m");
        assertThat(output)
                .contains("gemini.pool.http.read-timeout is 300, which means 300 milliseconds. It comes from")
                .contains("Write its unit, as in 300s")
                .contains("gemini.pool.acquire-timeout is 30, which means 30 milliseconds.")
                .contains("gemini.pool.http.max-answer-size is 128, which means 128 bytes.", "as in 128MB")
                .doesNotContain("connect-timeout is", "call-timeout is", "initial-delay is", "window is");
    }

    @Test
    void spacesAroundNamesAreNoPartOfThem(CapturedOutput output) {
        starts(
                "keys[0].value=first-key-1",
                "keys[0].name= one ",
                "keys[0].project=shop ",
                "projects[0].name= shop",
                "callers[0].name=c ",
                "callers[0].projects=shop ",
                "default-model= gemini-pro-latest ");
        assertThat(output)
                .contains("1 key of 1 project", "default model gemini-pro-latest,")
                .doesNotContain("No key names the project");
    }
}

package io.github.geminipool.autoconfigure;

import static io.github.geminipool.autoconfigure.FailedStart.SECRET;
import static io.github.geminipool.autoconfigure.FailedStart.assertAnalysis;
import static io.github.geminipool.autoconfigure.FailedStart.fails;

import com.google.genai.Client;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.spi.CallerResolver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The failure analysis of applications with several pools: the words for a single one, with the right names of properties. */
@ExtendWith(OutputCaptureExtension.class)
class SeveralPoolsFailureTests {

    @Configuration(proxyBeanMethods = false)
    static class OwnPools {

        @Bean
        GeminiPool red() {
            return GeminiPool.builder().key("one-secret").build();
        }

        @Bean
        GeminiPool blue() {
            return GeminiPool.builder().key("two-secret").build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class UserOfAPool {

        @Bean
        String use(GeminiPool pool) {
            return pool.toString();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class UserOfAClient {

        @Bean
        String use(Client client) {
            return client.getClass().getName();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Resolvers {

        @Bean
        CallerResolver users() {
            return () -> "user";
        }

        @Bean
        CallerResolver tenants() {
            return () -> "tenant";
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Shop {

        @Bean
        String shop() {
            return "a bean of the application";
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            size=0 | gemini.pools.shop.size is 0. | Set gemini.pools.shop.size to between 1 and 10000.
            base-url=http://host.example | gemini.pools.shop.base-url is http://host.example. | gemini.pools.shop.allow-insecure-base-url=true
            base-url=https://host.example/v1 | gemini.pools.shop.base-url is a URL that ends with the version v1, | gemini.pools.shop.api-version
            keys[1]= | gemini.pools.shop.keys[1] is blank. It comes from | Set it to an API key
            keys[3]=other-key-3 | These entries of gemini.pools.shop.keys could not be bound | Number the entries of gemini.pools.shop.keys
            keys[0].tier=1 | gemini.pools.shop.keys[0].tier is not a property of the pool | in gemini.pools.shop.projects
            acquire-timout=1s | gemini.pools.shop.acquire-timout is not a property of the pool | Did you mean acquire-timeout?
            http.ssl.bundle=moon | gemini.pools.shop.http.ssl.bundle is 'moon', which does not exist. | spring.ssl.bundle
            keys-file=/no/such/keys | gemini.pools.shop.keys-file names /no/such/keys, which can't be read | Check that it exists
            shared.enabled=true | gemini.pools.shop.shared.enabled is true, which needs a store | Set gemini.pools.shop.shared.enabled to false
            callers[0].concurrency=1 | gemini.pools.shop.callers[0].name is missing. | a caller's name
            """)
    void theWordsForAPropertyNameThePool(String property, String what, String toDo, CapturedOutput output) {
        fails(
                new Class<?>[0],
                "gemini.pool.keys=first-key-1",
                "gemini.pools.shop.keys[0].value=" + SECRET,
                "gemini.pools.shop." + property);
        assertAnalysis(output, what, toDo);
    }

    @Test
    void onesWithoutKeys(CapturedOutput output) {
        fails(new Class<?>[0], "gemini.pool.keys=first-key-1", "gemini.pools.shop.size=3");
        assertAnalysis(
                output,
                "No Gemini API key is configured for gemini.pools.shop, so",
                "It exists because of gemini.pools.shop.size, from \"gemini.pools.shop.size\" from property source",
                "Set gemini.pools.shop.keys=${GEMINI_API_KEY}",
                "GEMINI_POOLS_SHOP_KEYS");
    }

    @Test
    void singularNameOfKeys(CapturedOutput output) {
        fails(new Class<?>[0], "gemini.pools.shop.key=" + SECRET);
        assertAnalysis(
                output,
                "gemini.pools.shop.key is not a property",
                "Set gemini.pools.shop.keys to the key or the keys.");
    }

    @Test
    void numbersInsteadOfNames(CapturedOutput output) {
        fails(new Class<?>[0], "gemini.pools[0].keys=" + SECRET);
        assertAnalysis(output, "gemini.pools[0] has no name that a pool can have.", "gemini.pools.shop.keys");
    }

    @Test
    void theNameOfAnotherBean(CapturedOutput output) {
        fails(new Class<?>[] {Shop.class}, "gemini.pools.shop.keys=" + SECRET);
        assertAnalysis(output, "gemini.pools.shop has the name of another bean.", "Give the pool another name.");
    }

    @Test
    void theNameOfABeanOfSpring(CapturedOutput output) {
        fails(new Class<?>[0], "gemini.pools.environment.keys=" + SECRET);
        assertAnalysis(output, "gemini.pools.environment has the name of another bean.", "Give the pool another name.");
    }

    @Test
    void theApplicationsOwnWithoutAPrimaryOne(CapturedOutput output) {
        fails(new Class<?>[] {OwnPools.class, UserOfAPool.class});
        assertAnalysis(
                output,
                "There are several pools, red, blue, and none of them is primary, so none is injected",
                "@Qualifier(\"red\") GeminiPool",
                "@Primary");
    }

    @Test
    void aClientOfOneOfSeveralWithoutAPrimaryOne(CapturedOutput output) {
        fails(
                new Class<?>[] {UserOfAClient.class},
                "gemini.pools.shop.keys=" + SECRET,
                "gemini.pools.blog.keys=other-key-2");
        assertAnalysis(
                output,
                "There are several pools, blog, shop, and none of them is primary, so no Client of any is injected",
                "@Qualifier(\"blog\") Client");
    }

    @Test
    void severalResolversOfCallers(CapturedOutput output) {
        fails(new Class<?>[] {Resolvers.class}, "gemini.pool.keys=" + SECRET);
        assertAnalysis(
                output,
                "There are several beans of type CallerResolver, users, tenants, and none of them is primary.",
                "Mark one of them as @Primary");
    }
}

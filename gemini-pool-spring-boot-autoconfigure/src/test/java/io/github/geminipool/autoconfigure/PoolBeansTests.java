package io.github.geminipool.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.core.annotation.Order;

/** Which beans serve a pool: those that would be injected, in the same order. */
class PoolBeansTests {

    interface Part {

        String name();
    }

    private record Named(String name) implements Part {}

    @Configuration(proxyBeanMethods = false)
    static class Parts {

        @Bean
        @Order(2)
        Part second() {
            return new Named("second");
        }

        @Bean
        @Order(1)
        Part first() {
            return new Named("first");
        }

        @Bean
        @Order(3)
        @Scope(scopeName = "prototype", proxyMode = ScopedProxyMode.INTERFACES)
        Part proxied() {
            return new Named("proxied");
        }

        @Bean(autowireCandidate = false)
        Part hidden() {
            return new Named("hidden");
        }

        @Bean(defaultCandidate = false)
        @Qualifier("media")
        Part ofMedia() {
            return new Named("of media");
        }
    }

    private static List<String> parts(String pool) {
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Parts.class)) {
            return new PoolBeans(context.getBeanFactory(), pool)
                    .all(Part.class).stream().map(Part::name).toList();
        }
    }

    @Test
    void areThoseThatWouldBeInjectedInTheirOrder() {
        assertThat(parts("geminiPool"))
                .startsWith("first", "second")
                .containsExactlyInAnyOrder("first", "second", "proxied");
    }

    @Test
    void includeThePoolsOwn() {
        assertThat(parts("media")).contains("first", "of media").doesNotContain("hidden");
    }
}

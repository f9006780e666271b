package io.github.geminipool.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.context.annotation.AnnotatedBeanDefinitionReader;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.javapoet.ClassName;

class GeminiPoolRuntimeHintsTests {

    private final RuntimeHints hints = aotHints();

    @Test
    void keysCanBeConvertedFromText() throws NoSuchMethodException {
        assertThat(RuntimeHintsPredicates.reflection()
                        .onMethodInvocation(GeminiPoolProperties.Key.class.getMethod("valueOf", String.class)))
                .accepts(hints);
    }

    @Test
    void valuesOfKeysCanBeConvertedFromText() throws NoSuchMethodException {
        assertThat(RuntimeHintsPredicates.reflection()
                        .onMethodInvocation(GeminiPoolProperties.KeyValue.class.getMethod("valueOf", String.class)))
                .accepts(hints);
    }

    @Test
    void nestedPropertiesCanBeBound() {
        assertThat(RuntimeHintsPredicates.reflection()
                        .onConstructorInvocation(GeminiPoolProperties.Key.class.getDeclaredConstructors()[0]))
                .accepts(hints);
        assertThat(RuntimeHintsPredicates.reflection()
                        .onConstructorInvocation(
                                GeminiPoolProperties.Http.Ssl.class.getDeclaredConstructors()[0]))
                .accepts(hints);
    }

    @Test
    void scriptsOfTheSharedStoreAreThere() {
        assertThat(RuntimeHintsPredicates.resource().forResource("io/github/geminipool/redis/books.lua"))
                .accepts(hints);
    }

    /** Returns the hints collected by a native build, which has no keys and must not require any. */
    private static RuntimeHints aotHints() {
        GenericApplicationContext context = new GenericApplicationContext();
        new AnnotatedBeanDefinitionReader(context).register(GeminiPoolAutoConfiguration.class);
        DefaultGenerationContext generation = new DefaultGenerationContext(
                new ClassNameGenerator(ClassName.get(GeminiPoolAutoConfiguration.class)), new InMemoryGeneratedFiles());
        new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
        return generation.getRuntimeHints();
    }
}

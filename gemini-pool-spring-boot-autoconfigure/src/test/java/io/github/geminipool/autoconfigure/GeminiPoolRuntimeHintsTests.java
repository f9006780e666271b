package io.github.geminipool.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.autoconfigure.endpoint.GeminiPoolEndpointAutoConfiguration;
import io.github.geminipool.autoconfigure.endpoint.HistoryDescriptor;
import io.github.geminipool.autoconfigure.endpoint.ModelDescriptor;
import io.github.geminipool.autoconfigure.endpoint.PoolDescriptor;
import io.github.geminipool.autoconfigure.endpoint.PoolsDescriptor;
import io.github.geminipool.autoconfigure.endpoint.ReloadedKeysDescriptor;
import io.github.geminipool.autoconfigure.endpoint.ReplicasDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.GeneratedFiles;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotatedBeanDefinitionReader;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.io.InputStreamSource;
import org.springframework.javapoet.ClassName;

class GeminiPoolRuntimeHintsTests {

    private final InMemoryGeneratedFiles files = new InMemoryGeneratedFiles();

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

    @Test
    void whatTheEndpointWritesCanBeRead() {
        Set<Class<?>> records = new LinkedHashSet<>();
        for (Class<?> answer : List.of(
                PoolDescriptor.class,
                PoolsDescriptor.class,
                HistoryDescriptor.class,
                ModelDescriptor.class,
                ReplicasDescriptor.class,
                ReloadedKeysDescriptor.class)) {
            collect(answer, records);
        }
        assertThat(records).hasSizeGreaterThan(12);
        for (Class<?> record : records) {
            for (RecordComponent component : record.getRecordComponents()) {
                assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(component.getAccessor()))
                        .as("%s.%s", record.getSimpleName(), component.getName())
                        .accepts(hints);
            }
        }
    }

    /** Adds a record and those that its components hold. */
    private static void collect(Type type, Set<Class<?>> records) {
        if (type instanceof ParameterizedType holder) {
            for (Type argument : holder.getActualTypeArguments()) {
                collect(argument, records);
            }
        } else if (type instanceof Class<?> held && held.isRecord() && records.add(held)) {
            for (RecordComponent component : held.getRecordComponents()) {
                collect(component.getGenericType(), records);
            }
        }
    }

    @Test
    void namedPoolsAreBeansOfAnImageToo() throws IOException {
        StringBuilder generated = new StringBuilder();
        for (InputStreamSource source :
                files.getGeneratedFiles(GeneratedFiles.Kind.SOURCE).values()) {
            try (InputStream in = source.getInputStream()) {
                generated.append(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        assertThat(generated)
                .contains("registerBeanDefinition(\"shop\"", "registerBeanDefinition(\"shopClient\"")
                .contains("registerBeanDefinition(\"blogKeysFileWatch\"");
    }

    /** Returns the hints collected by a native build, which has no keys and must not require any. */
    private RuntimeHints aotHints() {
        GenericApplicationContext context = new GenericApplicationContext();
        TestPropertyValues.of(
                        "gemini.pools.shop.size=3",
                        "gemini.pools.blog.keys-file=/no/such/file",
                        "management.endpoints.web.exposure.include=geminipool")
                .applyTo(context);
        AnnotatedBeanDefinitionReader reader = new AnnotatedBeanDefinitionReader(context);
        reader.register(GeminiPoolAutoConfiguration.class, GeminiPoolEndpointAutoConfiguration.class);
        DefaultGenerationContext generation = new DefaultGenerationContext(
                new ClassNameGenerator(ClassName.get(GeminiPoolAutoConfiguration.class)), files);
        new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
        generation.writeGeneratedContent();
        return generation.getRuntimeHints();
    }
}

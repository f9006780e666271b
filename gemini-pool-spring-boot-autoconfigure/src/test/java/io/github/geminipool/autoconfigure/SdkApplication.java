package io.github.geminipool.autoconfigure;

import com.google.genai.Client;
import com.google.genai.types.UploadFileConfig;
import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationStream;
import io.github.geminipool.testing.Form;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** Asks the default model in all forms, and prints which of them got an answer. A process of its own, for its environment. */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration(GeminiPoolAutoConfiguration.class)
final class SdkApplication {

    /** The default of {@code gemini.pool.default-model}. */
    static final String DEFAULT_MODEL = "gemini-flash-latest";

    private SdkApplication() {}

    public static void main(String[] arguments) {
        SpringApplication application = new SpringApplication(SdkApplication.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        try (ConfigurableApplicationContext context = application.run(arguments)) {
            System.out.println("sdk=" + sdk());
            GeminiPool pool = context.getBean(GeminiPool.class);
            ways().forEach((name, way) -> System.out.println(name + "=" + outcome(pool, way)));
        }
    }

    private static Path sdk() {
        return Path.of(Client.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .getFileName();
    }

    private static String outcome(GeminiPool pool, Function<GeminiPool, @Nullable Object> way) {
        try {
            return way.apply(pool) == null ? "null" : "answered";
        } catch (RuntimeException e) {
            return e.toString();
        }
    }

    /** Returns the forms by name. */
    static Map<String, Function<GeminiPool, @Nullable Object>> ways() {
        Map<String, Function<GeminiPool, @Nullable Object>> ways = new LinkedHashMap<>();
        for (Form form : Form.values()) {
            ways.put(form.name(), pool -> form.ask(pool, DEFAULT_MODEL, "Hi"));
        }
        ways.put("DEFAULT", pool -> pool.generateContent("Hi").text());
        ways.put("DEFAULT_ASYNC", pool -> pool.generateContentAsync("Hi").join().text());
        ways.put("DEFAULT_STREAM", pool -> {
            try (GenerationStream stream = pool.generateContentStream("Hi")) {
                StringBuilder text = new StringBuilder();
                stream.forEach(part -> text.append(part.text()));
                return text.toString();
            }
        });
        ways.put("DEFAULT_CHAT", pool -> pool.createChat().send("Hi").text());
        ways.put(
                "EMBED",
                pool -> pool.client()
                        .models
                        .embedContent("gemini-embedding-001", "Hi", null)
                        .embeddings()
                        .orElseThrow());
        ways.put("FILE", pool -> {
            String name = pool.client()
                    .files
                    .upload(
                            new byte[10],
                            UploadFileConfig.builder().mimeType("text/plain").build())
                    .name()
                    .orElseThrow();
            return pool.client().files.get(name, null);
        });
        return ways;
    }
}

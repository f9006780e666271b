package io.github.geminipool.samples.quickstart;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.GenerationRequest;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.springframework.web.filter.OncePerRequestFilter;

/** What goes on between two looks at the endpoint: calls to two models, in waves, and some time. */
final class Traffic extends OncePerRequestFilter {

    private final GeminiPool pool;
    private final AdvancedTime time;
    private final Duration betweenLooks;
    private int looks;

    Traffic(GeminiPool pool, AdvancedTime time, Duration betweenLooks) {
        this.pool = pool;
        this.time = time;
        this.betweenLooks = betweenLooks;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !request.getRequestURI().equals("/actuator/geminipool")
                || !request.getMethod().equals("GET");
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        long due = time.nanoTime() + betweenLooks.toNanos();
        looks++;
        CompletableFuture.allOf(IntStream.range(0, wave())
                        .mapToObj(i -> pool.tryGenerateContentAsync(GenerationRequest.of("Why is the sky blue?")
                                .model(i % 4 == 3 ? "gemini-pro-latest" : "gemini-flash-latest")))
                        .toArray(CompletableFuture[]::new))
                .join();
        time.advance(Duration.ofNanos(Math.max(0, due - time.nanoTime())));
        response.setDateHeader("Date", time.now().toEpochMilli());
        chain.doFilter(request, response);
    }

    private int wave() {
        return (int) Math.round(2.5 + 1.8 * Math.sin(looks / 14.0) + Math.sin(looks / 3.1));
    }
}

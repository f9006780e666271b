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

/** Before each poll of the endpoint, makes a varying number of calls to two models and advances the time. */
final class Traffic extends OncePerRequestFilter {

    private final GeminiPool pool;
    private final AdvancedTime time;
    private final Duration betweenPolls;
    private int polls;

    Traffic(GeminiPool pool, AdvancedTime time, Duration betweenPolls) {
        this.pool = pool;
        this.time = time;
        this.betweenPolls = betweenPolls;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !request.getRequestURI().equals("/actuator/geminipool")
                || !request.getMethod().equals("GET");
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        pass();
        response.setDateHeader("Date", time.now().toEpochMilli());
        chain.doFilter(request, response);
    }

    /** Makes the calls of the time between two polls. */
    void pass() {
        long due = time.nanoTime() + betweenPolls.toNanos();
        polls++;
        CompletableFuture.allOf(IntStream.range(0, wave())
                        .mapToObj(i -> pool.tryGenerateContentAsync(GenerationRequest.of("Why is the sky blue?")
                                .model(i % 4 == 3 ? "gemini-pro-latest" : "gemini-flash-latest")))
                        .toArray(CompletableFuture[]::new))
                .join();
        time.advance(Duration.ofNanos(Math.max(0, due - time.nanoTime())));
    }

    private int wave() {
        return (int) Math.round(2.5 + 1.8 * Math.sin(polls / 14.0) + Math.sin(polls / 3.1));
    }
}

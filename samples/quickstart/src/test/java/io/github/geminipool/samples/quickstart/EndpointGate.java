package io.github.geminipool.samples.quickstart;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.springframework.web.filter.OncePerRequestFilter;

/** A filter in front of the endpoint: records requests and rejects those that a test wants rejected. */
final class EndpointGate extends OncePerRequestFilter {

    private record Rejection(int status, String body, Set<String> methods) {}

    /** A request to the endpoint. */
    record Received(String method, @Nullable String csrfToken) {}

    private final List<Received> requests = new CopyOnWriteArrayList<>();
    private volatile @Nullable Rejection rejection;

    /** Answers requests with these methods itself, with a status and a body. */
    void reject(int status, String body, String... methods) {
        rejection = new Rejection(status, body, Set.of(methods));
    }

    /** Lets all requests pass. */
    void open() {
        rejection = null;
    }

    List<Received> requests(String method) {
        return requests.stream()
                .filter(request -> request.method().equals(method))
                .toList();
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !request.getRequestURI().startsWith("/actuator/geminipool");
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        requests.add(new Received(request.getMethod(), request.getHeader("X-XSRF-TOKEN")));
        Rejection current = rejection;
        if (current == null || !current.methods().contains(request.getMethod())) {
            chain.doFilter(request, response);
            return;
        }
        response.setStatus(current.status());
        response.setHeader("Location", "/login");
        response.getWriter().write(current.body());
    }
}

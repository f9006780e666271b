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

/** Stands before the endpoint, knows who came, and turns away whom a test wants turned away. */
final class Doorkeeper extends OncePerRequestFilter {

    private record Refusal(int status, String body, Set<String> methods) {}

    /** One who came. */
    record Visit(String method, @Nullable String forgeryToken) {}

    private final List<Visit> visits = new CopyOnWriteArrayList<>();
    private volatile @Nullable Refusal refusal;

    /** Refuses with a status, or answers with a body that nobody expects. */
    void refuse(int status, String body, String... methods) {
        refusal = new Refusal(status, body, Set.of(methods));
    }

    void letIn() {
        refusal = null;
    }

    List<Visit> visits(String method) {
        return visits.stream().filter(visit -> visit.method().equals(method)).toList();
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !request.getRequestURI().startsWith("/actuator/geminipool");
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        visits.add(new Visit(request.getMethod(), request.getHeader("X-XSRF-TOKEN")));
        Refusal current = refusal;
        if (current == null || !current.methods().contains(request.getMethod())) {
            chain.doFilter(request, response);
            return;
        }
        response.setStatus(current.status());
        response.setHeader("Location", "/login");
        response.getWriter().write(current.body());
    }
}

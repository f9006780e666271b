package io.github.geminipool.samples.quickstart;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Keeps the pages of other sites out, which a browser on this machine would let in: they may neither send requests nor show this
 * application in a frame, and a foreign name that resolves to this machine is not its name. Programs such as curl are not
 * affected.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class ForeignPages extends OncePerRequestFilter {

    private static final Set<String> PAGES = Set.of("/", "/index.html", "/dashboard.html");
    private static final Set<String> OWN_SITE = Set.of("same-origin", "none");

    private final Set<String> hosts;

    /**
     * Creates a filter.
     *
     * @param hosts the names by which browsers reach this application
     */
    ForeignPages(@Value("${quickstart.hosts:localhost,127.0.0.1,[::1]}") List<String> hosts) {
        this.hosts = Set.copyOf(hosts);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        response.setHeader("X-Frame-Options", "DENY");
        response.setHeader("Content-Security-Policy", "frame-ancestors 'none'");
        if (!hosts.contains(withoutPort(request.getHeader(HttpHeaders.HOST)))) {
            refuse(response, 421, "This application has another name; see quickstart.hosts.");
        } else if (isForeign(request)) {
            refuse(response, 403, "Pages of other sites may not use this application.");
        } else {
            chain.doFilter(request, response);
        }
    }

    @Override
    protected boolean shouldNotFilterErrorDispatch() {
        return true;
    }

    private static String withoutPort(@Nullable String host) {
        if (host == null) {
            return "";
        }
        int colon = host.lastIndexOf(':');
        return (colon > host.lastIndexOf(']') ? host.substring(0, colon) : host).toLowerCase(Locale.ROOT);
    }

    private static boolean isForeign(HttpServletRequest request) {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin != null) {
            return !origin.equals(request.getScheme() + "://" + request.getHeader(HttpHeaders.HOST));
        }
        // Not sent by programs. A link on another site may lead to a page, but not to an answer.
        String site = request.getHeader("Sec-Fetch-Site");
        return site != null && !OWN_SITE.contains(site) && !isLinkToPage(request);
    }

    private static boolean isLinkToPage(HttpServletRequest request) {
        return request.getMethod().equals("GET")
                && "navigate".equals(request.getHeader("Sec-Fetch-Mode"))
                && PAGES.contains(request.getRequestURI());
    }

    private static void refuse(HttpServletResponse response, int status, String message) throws IOException {
        response.setStatus(status);
        response.setContentType("text/plain");
        response.setCharacterEncoding(StandardCharsets.UTF_8.name());
        response.getWriter().write(message);
    }
}

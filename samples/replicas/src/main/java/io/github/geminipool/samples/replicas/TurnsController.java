package io.github.geminipool.samples.replicas;

import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.config.annotation.CorsRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** What the page shows of this replica, and its switch. The other replica's page may use them, too. */
@RestController
class TurnsController implements WebMvcConfigurer {

    private final Load load;
    private final SentRequests sent;
    private final String name;
    private final List<String> replicas;
    private final int requestsPerMinute;

    TurnsController(
            Load load,
            SentRequests sent,
            @Value("${replicas.name}") String name,
            @Value("${replicas.addresses}") List<String> replicas,
            @Value("${gemini.pool.limits.requests-per-minute}") int requestsPerMinute) {
        this.load = load;
        this.sent = sent;
        this.name = name;
        this.replicas = replicas;
        this.requestsPerMinute = requestsPerMinute;
    }

    /**
     * The turns of a replica.
     *
     * @param replica its name
     * @param on whether it calls Gemini
     * @param sent what it has sent in the last two minutes
     */
    record Turns(String replica, boolean on, List<SentRequests.Sent> sent) {}

    /**
     * What all replicas have in common.
     *
     * @param addresses where they are
     * @param requestsPerMinute the limit of each project
     */
    record Replicas(List<String> addresses, int requestsPerMinute) {}

    @GetMapping("/replicas")
    Replicas replicas() {
        return new Replicas(replicas, requestsPerMinute);
    }

    @GetMapping("/turns")
    Turns turns() {
        return new Turns(name, load.isOn(), sent.all());
    }

    /** PUT, so that a browser asks first whether a page of another site may send it. */
    @PutMapping("/load/{on}")
    void load(@PathVariable("on") boolean on) {
        load.set(on);
    }

    @Override
    public void addCorsMappings(CorsRegistry registry) {
        registry.addMapping("/**")
                .allowedOrigins(replicas.toArray(String[]::new))
                .allowedMethods("GET", "PUT");
    }
}

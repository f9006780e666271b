package io.github.geminipool.autoconfigure.springai;

import io.github.geminipool.GeminiPool;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.NativeDetector;
import reactor.core.publisher.Flux;

/**
 * Makes the streams of Spring AI's chat models end on the wire when their subscriber cancels them. Spring AI itself only stops
 * reading, which leaves the instance to the garbage collector.
 */
final class EndingStreams implements BeanPostProcessor {

    static final String MODEL = "org.springframework.ai.google.genai.GoogleGenAiChatModel";

    private static final String STREAM = "stream";

    private final ObjectProvider<GeminiPool> pools;

    /**
     * Creates the post-processor.
     *
     * @param pools supplies the only pool when a stream begins; without one, the models stay as they are
     */
    EndingStreams(ObjectProvider<GeminiPool> pools) {
        this.pools = pools;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        // A native image can't create classes at run time.
        if (!isModel(bean.getClass()) || NativeDetector.inNativeImage()) {
            return bean;
        }
        ProxyFactory factory = new ProxyFactory(bean);
        factory.setProxyTargetClass(true);
        factory.addAdvice((MethodInterceptor) this::invoke);
        return factory.getProxy(bean.getClass().getClassLoader());
    }

    private static boolean isModel(Class<?> type) {
        Class<?> each = type;
        while (each != null && !each.getName().equals(MODEL)) {
            each = each.getSuperclass();
        }
        return each != null;
    }

    private @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        Object result = invocation.proceed();
        if (!(result instanceof Flux<?> stream)
                || !invocation.getMethod().getName().equals(STREAM)) {
            return result;
        }
        GeminiPool pool = pools.getIfUnique();
        return pool == null ? stream : new CancellableFlux<>(stream, pool);
    }
}

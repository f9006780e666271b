package io.github.geminipool.autoconfigure;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.members;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.github.geminipool.key.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.io.UrlResource;
import org.springframework.core.io.support.PropertiesLoaderUtils;

/** Spring Boot's rules for auto-configurations, and our rules for packages. */
@AnalyzeClasses(packages = "io.github.geminipool.autoconfigure", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

    @ArchTest
    static final ArchRule AUTO_CONFIGURATIONS_ARE_PUBLIC_AND_FINAL = classes()
            .that()
            .areAnnotatedWith(AutoConfiguration.class)
            .should()
            .bePublic()
            .andShould()
            .haveModifier(JavaModifier.FINAL)
            .andShould()
            .haveSimpleNameEndingWith("AutoConfiguration");

    @ArchTest
    static final ArchRule AUTO_CONFIGURATIONS_HAVE_NO_PUBLIC_MEMBERS = members()
            .that()
            .areDeclaredInClassesThat()
            .areAnnotatedWith(AutoConfiguration.class)
            .and(DescribedPredicate.describe(
                    "are no default constructors", member -> !member.getName().equals("<init>")))
            .should()
            .notBePublic();

    @ArchTest
    static final ArchRule BEAN_METHODS_ARE_PACKAGE_PRIVATE =
            methods().that().areAnnotatedWith(Bean.class).should().bePackagePrivate();

    @ArchTest
    static final ArchRule BEAN_METHODS_HAVE_NO_CLASS_CONDITIONS = noMethods()
            .that()
            .areAnnotatedWith(Bean.class)
            .should()
            .beAnnotatedWith(ConditionalOnClass.class)
            .because("the JVM may load the absent type before the condition is evaluated");

    @ArchTest
    static final ArchRule MISSING_BEAN_CONDITIONS_DO_NOT_REPEAT_THE_RETURN_TYPE = methods()
            .that()
            .areAnnotatedWith(ConditionalOnMissingBean.class)
            .should(new ArchCondition<>("not name only the return type in the condition, which is its default") {
                @Override
                public void check(JavaMethod method, ConditionEvents events) {
                    Class<?>[] types = method.getAnnotationOfType(ConditionalOnMissingBean.class)
                            .value();
                    boolean repeated = types.length == 1
                            && types[0].getName()
                                    .equals(method.getRawReturnType().getName());
                    events.add(new SimpleConditionEvent(method, !repeated, method.getFullName() + " repeats its type"));
                }
            });

    @ArchTest
    static final ArchRule AUTO_CONFIGURATIONS_ARE_LISTED = classes()
            .that()
            .areAnnotatedWith(AutoConfiguration.class)
            .should(beListed(
                    "META-INF/spring/" + AutoConfiguration.class.getName() + ".imports",
                    ImportCandidates.load(AutoConfiguration.class, null).getCandidates()));

    @ArchTest
    static final ArchRule FAILURE_ANALYZERS_ARE_LISTED = classes()
            .that()
            .implement(FailureAnalyzer.class)
            .should(beListed("META-INF/spring.factories", factories(FailureAnalyzer.class)));

    @ArchTest
    static final ArchRule PACKAGES_ARE_NULL_MARKED = classes()
            .should(new ArchCondition<>("be in a package that is @NullMarked") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
                    events.add(new SimpleConditionEvent(type, marked, type.getPackageName() + " is not @NullMarked"));
                }
            });

    @ArchTest
    static final ArchRule THE_CORES_INTERNALS_ARE_NOT_USED =
            noClasses().should().dependOnClassesThat().resideInAPackage("io.github.geminipool.internal..");

    @ArchTest
    static final ArchRule SECRETS_ARE_NOT_READ =
            noClasses().should().callMethod(Secret.class, "value").because("only the core may read secrets");

    @ArchTest
    static final ArchRule PACKAGES_ARE_FREE_OF_CYCLES =
            slices().matching("io.github.geminipool.(**)").should().beFreeOfCycles();

    private static ArchCondition<JavaClass> beListed(String where, List<String> listed) {
        return new ArchCondition<>("be listed in " + where) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                events.add(new SimpleConditionEvent(
                        type, listed.contains(type.getName()), type.getName() + " is not listed in " + where));
            }
        };
    }

    /** Reads the file as text, since analyzers cannot be instantiated without an environment. */
    private static List<String> factories(Class<?> type) {
        List<String> factories = new ArrayList<>();
        try {
            for (URL url : Collections.list(type.getClassLoader().getResources("META-INF/spring.factories"))) {
                String list = PropertiesLoaderUtils.loadProperties(new UrlResource(url))
                        .getProperty(type.getName(), "");
                factories.addAll(List.of(list.split(",")));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return factories;
    }
}

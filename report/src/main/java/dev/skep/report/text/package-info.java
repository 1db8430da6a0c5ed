/** Values as text: findings for people, JSON. */
@NullMarked
package dev.skep.report.text;

import org.jspecify.annotations.NullMarked;

<?php
// For a WordPress that is loaded: its owner publishes a post. Gives its number, or ends the program and says why.
function publish_post(string $title, string $content): int
{
    $post = wp_insert_post([
        'post_title' => $title,
        'post_content' => $content,
        'post_author' => 1,
        'post_status' => 'publish',
    ], true);
    if (is_wp_error($post)) {
        fwrite(STDERR, $post->get_error_message());
        exit(1);
    }
    return $post;
}

/* Pipeline and stage: the coloured line, the list, losing the deal; fields a stage requires stop a person. */
define(['jquery', 'underscore', 'app/boot', 'app/api', 'app/texts', 'app/format', 'app/notifications', 'lib/components/base/modal'],
  function ($, _, boot, api, t, format, notifications, Modal) {
    var WON = 142, LOST = 143;

    function statuses(pipeline) { return pipeline._embedded.statuses.filter(function (status) { return status.type === 0; }); }

    function html(lead) {
      var options = boot.pipelines.map(function (pipeline) {
        return '<optgroup label="' + format.esc(pipeline.name) + '">' + statuses(pipeline).map(function (status) {
          var chosen = pipeline.id === lead.pipeline_id && status.id === lead.status_id;
          return '<option value="' + pipeline.id + ':' + status.id + '"' + (chosen ? ' selected' : '') + '>' + format.esc(status.name) + '</option>';
        }).join('') + '</optgroup>';
      }).join('');
      var own = _.findWhere(boot.pipelines, { id: lead.pipeline_id }), reached = true;
      var line = statuses(own).filter(function (s) { return s.id !== LOST; }).map(function (status) {
        var color = reached ? status.color : '';
        if (status.id === lead.status_id) { reached = false; }
        return '<i title="' + format.esc(status.name) + '" style="' + (color ? 'background:' + color : '') + '"></i>';
      }).join('');
      var reason = lead._embedded.loss_reason && lead._embedded.loss_reason[0];
      return '<div class="pipeline-line">' + line + '</div><label class="stage-select"><span>' + format.esc(own.name) + '</span>' +
        '<select id="stage_select" aria-label="' + t('stage') + '">' + options + '</select></label>' +
        (lead.status_id === LOST ? '<div class="stage-reason">' + format.esc(reason ? reason.name : t('no_reason')) + '</div>' :
          '<button type="button" class="link-button" id="lose_deal">' + t('lose') + '</button>');
    }

    function missing(card, pipeline, status) {
      return card.fields.filter(function (field) {
        var wanted = _.some(field.required_statuses || [], function (row) { return row.pipeline_id === pipeline && row.status_id === status; });
        return wanted && !_.findWhere(card.lead.custom_fields_values || [], { field_id: field.id });
      });
    }

    function move(card, body, refresh) {
      return api.patch('leads/' + card.lead.id, body).always(refresh).fail(function (xhr) {
        notifications.show_message_error({ header: t('not_saved'), text: api.reason(xhr) });
      });
    }

    function lose(card, refresh) {
      var rows = boot.loss_reasons.map(function (reason) {
        return '<label class="control-radio"><input type="radio" name="reason" value="' + reason.id + '"><span>' + format.esc(reason.name) + '</span></label>';
      }).join('');
      return new Modal({
        class_name: 'modal-list lose-deal',
        init: function ($body) {
          var modal = this;
          $body.trigger('modal:loaded').html('<div class="modal-body__inner"><h2>' + t('reason') + '</h2>' + rows + '<div class="modal-body__actions">' +
            '<button type="button" class="button-input button-input_blue js-lose-accept">' + t('save') + '</button> ' +
            '<button type="button" class="button-cancel js-modal-cancel">' + t('cancel') + '</button></div></div>').trigger('modal:centrify');
          $body.on('click', '.js-lose-accept', function () {
            var chosen = $body.find('[name=reason]:checked').val();
            modal.destroy();
            move(card, { status_id: LOST, pipeline_id: card.lead.pipeline_id, loss_reason_id: chosen ? Number(chosen) : null }, refresh);
          });
        },
        destroy: function () { refresh(); return true; }
      });
    }

    return {
      html: html,
      WON: WON,
      bind: function ($holder, card, refresh) {
        $holder.on('change', '#stage_select', function () {
          var parts = this.value.split(':').map(Number), empty = missing(card(), parts[0], parts[1]);
          if (empty.length) {
            notifications.show_message_error({ header: t('required_for_stage'), text: _.pluck(empty, 'name').join(', ') });
            return refresh();
          }
          if (parts[1] === LOST) { return lose(card(), refresh); }
          return move(card(), { pipeline_id: parts[0], status_id: parts[1] }, refresh);
        });
        $holder.on('click', '#lose_deal', function () { lose(card(), refresh); });
      }
    };
  });
